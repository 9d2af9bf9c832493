import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningEnvironment, startEnvironment } from '../environment.ts'

const keyCache = join(tmpdir(), `roadworthy-keys-${process.getuid?.() ?? 'user'}`)
const topology = {
  instance: 'FI-DEV',
  memberClasses: ['GOV'],
  members: [{ id: 'FI-DEV/GOV/1', name: 'Virasto' }],
  servers: [{ code: 'ss1', owner: 'FI-DEV/GOV/1', clients: [] }],
}
let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(topology, { keyCache })
})

afterAll(() => environment.stop())

const portOf = (url: string) => Number(new URL(url).port)

async function connected(scheme: 'http' | 'https', port: number) {
  const address = { host: '127.0.0.1', port }
  const socket = scheme === 'http' ? connect(address) : connectTls({ ...address, rejectUnauthorized: false })
  await once(socket, scheme === 'http' ? 'connect' : 'secureConnect')
  return socket
}

test.for(['http', 'https'] as const)('the configuration is answered to %s at the port of HTTP', async (scheme) => {
  const socket = await connected(scheme, portOf(environment.centralServer.httpUrl))
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.write('GET /internalconf?version=6 HTTP/1.1\r\nHost: cs\r\n')
  socket.write('Connection: close\r\n\r\n')
  await once(socket, 'close')
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/)
  expect(answer).toContain('Content-identifier: SHARED-PARAMETERS')
})

test('a body arrives whole at the port of HTTP', async () => {
  const issue = (length: number) => {
    const url = `${environment.centralServer.httpUrl}/ca/issue?usage=internal`
    return fetch(url, { method: 'POST', body: Buffer.alloc(length, 'x') })
  }
  // Both limits are of the whole body.
  expect([(await issue(90_000)).status, (await issue(110_000)).status]).toEqual([400, 413])
})

test('who refuses the certificate does not keep the central server from stopping', async () => {
  const other = await startEnvironment(topology, { keyCache })
  const refusing = connectTls({ host: '127.0.0.1', port: portOf(other.centralServer.httpUrl) })
  const [error] = await once(refusing, 'error')
  expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  await other.stop()
})

test('who connects and is silent does not keep the central server from stopping', async () => {
  const other = await startEnvironment(topology, { keyCache })
  const silent = await connected('http', portOf(other.centralServer.httpUrl))
  const closed = once(silent, 'close')
  await other.stop()
  await closed
  expect(silent.destroyed).toBe(true)
})
