import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterAll, expect, test } from 'vitest'
import { openConnection } from './connection.ts'
import { openRawConnection } from './raw-client.ts'
import { makeSelfSigned } from './self-signed.ts'

const identities = { server: makeSelfSigned('server'), client: makeSelfSigned('client') }
const servers: Server[] = []

afterAll(() => {
  for (const server of servers) server.close()
})

test('keeps order, case and duplicates of headers in both directions', async () => {
  const echo = createHttpServer((request, response) => response.writeHead(200, request.rawHeaders).end())
  const url = await listen(echo)
  await using connection = openConnection({ url })
  const headers = [
    ['X-Road-Client', 'a'],
    ['x-road-client', 'b'],
    ['X-Other', 'c'],
  ] as const
  const answer = await connection.send({ method: 'GET', path: '/', headers })
  expect(answer).toMatchObject({ kind: 'response', status: 200, tls: null })
  expect(answer.kind === 'response' && answer.headers.filter(([name]) => /^x-/i.test(name))).toEqual(headers)
})

test('presents the certificate it is given, and none otherwise', async () => {
  const url = await listen(
    secure((request, response) => {
      const peer = (request.socket as TLSSocket).getPeerX509Certificate()
      response.end(peer?.subject ?? 'nobody')
    }),
  )
  const endpoint = { url, trust: identities.server.certificate }
  await using known = openConnection(endpoint, { identity: identities.client })
  await using anonymous = openConnection(endpoint)
  expect(await bodyOf(known)).toBe('CN=client')
  expect(await bodyOf(anonymous)).toBe('nobody')
})

test('stays on one connection and does not make a second', async () => {
  const ports = new Set<number | undefined>()
  const url = await listen(
    secure((request, response) => {
      ports.add(request.socket.remotePort)
      response.shouldKeepAlive = request.url !== '/last'
      response.end()
    }),
  )
  await using connection = openConnection({ url })
  await connection.send({ method: 'GET', path: '/', headers: [] })
  await connection.send({ method: 'GET', path: '/last', headers: [] })
  expect(ports.size).toBe(1)
  expect(await connection.send({ method: 'GET', path: '/', headers: [] })).toEqual({
    kind: 'no-answer',
    reason: 'closed',
  })
})

test('resumes a session only when asked to', async () => {
  const url = await listen(secure((_request, response) => response.end('.'), { maxVersion: 'TLSv1.2' }))
  await using first = openConnection({ url })
  expect(await first.send({ method: 'GET', path: '/', headers: [] })).toMatchObject({ tls: { resumed: false } })
  await using second = openConnection({ url })
  expect(await second.send({ method: 'GET', path: '/', headers: [] })).toMatchObject({ tls: { resumed: false } })
  const resume = first.session()
  await using third = openConnection({ url }, resume === undefined ? {} : { resume })
  expect(await third.send({ method: 'GET', path: '/', headers: [] })).toMatchObject({
    tls: { protocol: 'TLSv1.2', suite: expect.stringMatching(/^TLS_ECDHE_RSA_/), resumed: true },
  })
})

test.each([
  ['an alert about a missing certificate, which TLS 1.3 sends after the handshake', {}, 'certificate_required'],
  ['an alert about a missing certificate in TLS 1.2', { maxVersion: 'TLSv1.2' as const }, 'handshake_failure'],
])('reports %s', async (_what, options, alert) => {
  const url = await listen(secure((_request, response) => response.end(), { ...options, rejectUnauthorized: true }))
  await using connection = openConnection({ url })
  expect(await connection.send({ method: 'GET', path: '/', headers: [] })).toEqual({
    kind: 'handshake-refused',
    stage: 'server',
    alert,
  })
})

test('tells our own distrust from a refusal of the server', async () => {
  const url = await listen(secure((_request, response) => response.end()))
  await using connection = openConnection({ url, trust: identities.client.certificate })
  const answer = await connection.send({ method: 'GET', path: '/', headers: [] })
  expect(answer).toMatchObject({
    kind: 'handshake-refused',
    stage: 'client',
    alert: expect.stringContaining('not the trusted one'),
  })
})

test('reports silence, closing and absence', async () => {
  const silent = await listen(createTcpServer())
  const closing = await listen(createTcpServer((socket) => socket.once('data', () => socket.end())))
  const request = { method: 'GET', path: '/', headers: [] }
  await using waiting = openConnection({ url: silent }, { patience: 200 })
  await using closed = openConnection({ url: closing })
  await using refused = openConnection({ url: 'http://127.0.0.1:1' })
  await using silentHandshake = openConnection({ url: silent.replace('http', 'https') }, { patience: 200 })
  expect(await waiting.send(request)).toEqual({ kind: 'no-answer', reason: 'timeout' })
  expect(await closed.send(request)).toEqual({ kind: 'no-answer', reason: 'closed' })
  expect(await refused.send(request)).toEqual({ kind: 'no-answer', reason: 'refused' })
  expect(await silentHandshake.send(request)).toEqual({ kind: 'no-answer', reason: 'timeout' })
})

test.each([
  ['a library', openConnection],
  ['bytes of our own', openRawConnection],
])('a peer that never stops sending is not listened to for long, by %s', async (_what, open) => {
  let closed = () => {}
  const left = new Promise<void>((resolve) => {
    closed = resolve
  })
  const url = await listen(
    createHttpServer((_request, response) => {
      const send = () => response.destroyed || response.write(Buffer.alloc(64 * 1024), send)
      response.on('close', closed)
      send()
    }),
  )
  await using connection = open({ url }, { limit: 2 ** 20 })
  const request = { method: 'GET', path: '/', headers: [] } as const
  expect(await connection.send(request)).toEqual({ kind: 'no-answer', reason: 'too-long' })
  await left
  expect(await connection.send(request)).toEqual({ kind: 'no-answer', reason: 'too-long' })
})

test('a mistake of our own is no answer of the server', async () => {
  await using connection = openConnection({ url: 'http://127.0.0.1:1' })
  await expect(connection.send({ method: 'GET', path: 'without slash', headers: [] })).rejects.toThrow(/path/)
})

function secure(listener: RequestListener, options: object = {}): Server {
  const { certificate: cert, key } = identities.server
  return createHttpsServer({ cert, key, requestCert: true, rejectUnauthorized: false, ...options }, listener)
}

async function listen(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const scheme = 'setSecureContext' in server ? 'https' : 'http'
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function bodyOf(connection: ReturnType<typeof openConnection>): Promise<string> {
  const answer = await connection.send({ method: 'GET', path: '/', headers: [] })
  return answer.kind === 'response' ? answer.body.toString() : answer.kind
}
