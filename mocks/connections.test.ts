import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../fixtures/connection.ts'
import { controlClient } from '../suites/client/control-client.ts'
import { record, splitRecords } from '../suites/client/tls-messages.ts'
import { clientHello } from '../suites/tls/client-hello.ts'
import { type RunningEnvironment, startEnvironment } from './environment.ts'

const testClient = 'T/GOV/1/consumer'
const suite = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'
const unknownAuthority = record(21, Buffer.of(2, 48))
let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(
    {
      instance: 'T',
      memberClasses: ['GOV'],
      members: [{ id: 'T/GOV/1', name: 'One' }],
      certificates: { client: {} },
      servers: [{ code: 'ss1', owner: 'T/GOV/1', clients: [{ id: testClient, connectionType: 'HTTP' }] }],
    },
    { profile: '7.8+tls13', control: true },
  )
})

afterAll(() => environment.stop())

test.for(['TLSv1.2', 'TLSv1.3'] as const)(
  'a client of %s is told with all that it offered and showed',
  async (version) => {
    const { certificate: cert, key = '', der, sha256 } = credential()
    const offer = { minVersion: version, maxVersion: version, ciphers: ciphers[version], servername: 'ss1.example' }
    const connection = await sendOverTls({ ...offer, cert, key })
    expect(connection).toEqual({
      number: expect.any(Number),
      server: 'ss1',
      listener: 'https',
      clientHello: {
        legacyVersion: 'TLSv1.2',
        versions: [version],
        suites: [suites[version]],
        serverName: 'ss1.example',
      },
      handshake: {
        kind: 'agreed',
        protocol: version,
        suite: suites[version],
        serverName: 'ss1.example',
        certificateSha256: sha256,
        certificate: der.toString('base64'),
      },
      receivedBytes: true,
    })
  },
)

test('a client that shows no certificate is told without one', async () => {
  const { handshake } = await sendOverTls()
  expect(handshake).toMatchObject({ kind: 'agreed' })
  expect(handshake).not.toHaveProperty('certificate')
  expect(handshake).not.toHaveProperty('certificateSha256')
})

test('a client that does not trust the certificate is told by its alert', async () => {
  const number = nextNumber()
  const socket = connect(portOf('https'), '127.0.0.1')
  socket.write(clientHello({ version: 'TLSv1.2', suites: [suite] }, Buffer.alloc(32)))
  await flightOf(socket)
  socket.end(unknownAuthority)
  expect(await finished(number)).toMatchObject({
    clientHello: { versions: ['TLSv1.2'], suites: [suite] },
    handshake: { kind: 'failed', reason: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' },
    receivedBytes: false,
  })
})

test.for([
  ['TLSv1.2', { kind: 'agreed' }],
  ['TLSv1.3', { kind: 'failed', reason: 'closed' }],
] as const)('a client of %s that hangs up without an alert is told to have sent nothing', async ([version, end]) => {
  const number = nextNumber()
  const versions = { minVersion: version, maxVersion: version }
  // Node judges the certificate once its handshake is over. In TLS 1.3 it then has yet to say so.
  const socket = tlsConnect({ host: '127.0.0.1', port: portOf('https'), ...versions })
  await once(socket, 'error')
  expect(await finished(number)).toMatchObject({ handshake: end, receivedBytes: false })
})

test('a client that speaks HTTP to the port of HTTPS is told without a hello', async () => {
  const number = nextNumber()
  connect(portOf('https'), '127.0.0.1').end('GET / HTTP/1.1\r\n\r\n').resume()
  const connection = await finished(number)
  expect(connection).toMatchObject({ handshake: { kind: 'failed', reason: 'ERR_SSL_HTTP_REQUEST' } })
  expect(connection).not.toHaveProperty('clientHello')
})

test('each exchange names its connection, and one connection may have many', async () => {
  const number = nextNumber()
  const socket = connect(portOf('http'), '127.0.0.1')
  socket.end(['a', 'b'].map((id) => request(id, 'keep-alive')).join('')).resume()
  await once(socket, 'close')
  const seen = await control().exchanges('b')
  expect(seen).toMatchObject([{ connection: number, listener: 'http' }])
  expect(await control().connections('a')).toEqual(await control().connections('b'))
  expect(await control().connections('b')).toEqual([{ number, server: 'ss1', listener: 'http', receivedBytes: true }])
  expect(await control().connections()).toEqual(environment.connections.all())
})

test('a connection by which nothing came is there from its arrival on', async () => {
  const number = nextNumber()
  const socket = connect(portOf('http'), '127.0.0.1')
  const connection = await environment.connections.waitFor((one) => one.number === number)
  expect(connection).toEqual({ number, server: 'ss1', listener: 'http', receivedBytes: false })
  socket.destroy()
})

const suites = { 'TLSv1.2': suite, 'TLSv1.3': 'TLS_AES_256_GCM_SHA384' }
const ciphers = { 'TLSv1.2': 'ECDHE-RSA-AES128-GCM-SHA256', 'TLSv1.3': 'TLS_AES_256_GCM_SHA384' }

function credential() {
  return environment.certificates.get('client') ?? expect.unreachable()
}

function control() {
  return controlClient(environment.bindings.control ?? expect.unreachable())
}

function portOf(scheme: 'http' | 'https'): number {
  return Number(new URL(environment.bindings.servers['ss1']?.[scheme] ?? '').port)
}

/** Number of the connection that comes next. */
function nextNumber(): number {
  return (environment.connections.all().at(-1)?.number ?? 0) + 1
}

/** The connection once its handshake has ended. */
function finished(number: number): Promise<Connection> {
  return environment.connections.waitFor((one) => one.number === number && one.handshake !== undefined)
}

async function sendOverTls(options: ConnectionOptions = {}): Promise<Connection> {
  const number = nextNumber()
  const socket = tlsConnect({ host: '127.0.0.1', port: portOf('https'), rejectUnauthorized: false, ...options })
  socket.end(request('over-tls', 'close')).resume()
  await once(socket, 'close')
  return environment.connections.waitFor((one) => one.number === number)
}

function request(id: string, connection: string): string {
  const headers = ['Host: ss1', `X-Road-Client: ${testClient}`, `X-Road-Id: ${id}`, `Connection: ${connection}`]
  return ['GET /r1/T/GOV/1/consumer/listMethods HTTP/1.1', ...headers, '', ''].join('\r\n')
}

/** Waits for the server's first flight. */
async function flightOf(socket: Socket): Promise<void> {
  for (let received: Buffer = Buffer.alloc(0); splitRecords(received).length === 0; ) {
    received = Buffer.concat([received, (await once(socket, 'data'))[0] as Buffer])
  }
}
