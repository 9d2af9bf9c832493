import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Agent, request } from 'undici'
import { expect, onTestFinished, test, vi } from 'vitest'
import { topologySchema } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { deriveKeystore } from '../pki/keystore.ts'
import { type RunningInformationSystem, startInformationSystem } from './information-system.ts'
import { answerWith, type TestService } from './test-service.ts'

const keystore = await deriveKeystore(
  topologySchema.parse({
    instance: 'FI-DEV',
    memberClasses: ['GOV'],
    members: [{ id: 'FI-DEV/GOV/1', name: 'One' }],
    certificates: { caller: { key: 'ec-p256', validity: 'expired' }, internal: { key: 'ec-p256' } },
    informationSystems: [{ name: 'system', serves: 'test-services' }],
    servers: [{ code: 'ss1', owner: 'FI-DEV/GOV/1', internalCertificate: 'internal' }],
  }),
)
const credential = keystore.get('system-tls') ?? expect.unreachable()
const caller = keystore.get('caller') ?? expect.unreachable()

const hello: TestService = ({ url }) => (url.pathname === '/' ? answerWith('hello', 'text/plain') : undefined)

async function start(service: TestService): Promise<RunningInformationSystem> {
  const system = await startInformationSystem({ name: 'system', service, credential })
  onTestFinished(() => system[Symbol.asyncDispose]())
  return system
}

/** Sends bytes on a connection of its own and returns all that comes back. */
async function exchange(system: RunningInformationSystem, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(system.httpUrl).port), '127.0.0.1')
  socket.setEncoding('latin1').end(bytes)
  let received = ''
  for await (const chunk of socket) received += chunk
  return received
}

test('method, address, type and body arrive, and status, headers and bytes come back', async () => {
  const bytes = Buffer.from([0, 255, 13, 10, 128])
  const system = await start(({ method, url, contentType, body }) => {
    const seen = JSON.stringify({ method, url, contentType })
    return answerWith(Buffer.from(body), 'text/odd', 299, { Seen: seen })
  })
  const { statusCode, headers, body } = await request(`${system.httpUrl}/echo/a%2Fb?q=%20`, {
    method: 'PATCH',
    headers: ['Content-Type', 'text/one', 'content-type', 'text/two'],
    body: bytes,
  })
  expect([statusCode, headers['content-type'], headers['content-length']]).toEqual([299, 'text/odd', '5'])
  expect(JSON.parse(String(headers.seen))).toEqual({
    method: 'PATCH',
    url: `${system.httpUrl}/echo/a%2Fb?q=%20`,
    contentType: 'text/one, text/two',
  })
  expect(Buffer.from(await body.arrayBuffer())).toEqual(bytes)
})

test.for(['TLSv1.2', 'TLSv1.3'] as const)('%s works with and without a client certificate', async (version) => {
  const system = await start(hello)
  expect(system.httpsUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  for (const identity of [{}, { cert: caller.certificate, key: caller.key ?? '' }]) {
    const tls = { ca: credential.certificate, minVersion: version, maxVersion: version, ...identity }
    const dispatcher = new Agent({ connect: tls })
    const { body } = await request(`${system.httpsUrl}/`, { dispatcher })
    expect(await body.text()).toBe('hello')
    await dispatcher.close()
  }
})

test('a client that offers only DHE is served, and TLS 1.1 is refused', async () => {
  const { httpsUrl = '' } = await start(hello)
  const handshake = async (options: object) => {
    const socket = connectTls({
      port: Number(new URL(httpsUrl).port),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ...options,
    })
    try {
      await once(socket, 'secureConnect')
      return socket.getCipher().standardName
    } catch {
      return 'refused'
    } finally {
      socket.destroy()
    }
  }
  const ciphers = 'DHE-RSA-AES128-GCM-SHA256'
  expect(await handshake({ ciphers, maxVersion: 'TLSv1.2' })).toBe('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256')
  expect(await handshake({ ciphers: 'ALL@SECLEVEL=0', minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })).toBe('refused')
})

test('connections stay open, also after a refusal and an unread body', async () => {
  const system = await start(hello)
  const requests = [
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc',
    'GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n',
    'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n',
    'HEAD /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  ]
  const answers = (await exchange(system, requests.join(''))).match(/HTTP\/1\.1 \d+/g)
  expect(answers).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 404', 'HTTP/1.1 400', 'HTTP/1.1 404'])
})

test('a body beyond 20 MiB is refused, announced or not', async () => {
  const system = await start(hello)
  const announced = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20971521\r\n\r\n'
  expect(await exchange(system, announced)).toMatch(/^HTTP\/1\.1 413 .*\r\nConnection: close\r\n/s)
  const chunk = `100000\r\n${'a'.repeat(0x100000)}\r\n`
  const unannounced = `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(21)}0\r\n\r\n`
  expect(await exchange(system, unannounced)).toMatch(/^HTTP\/1\.1 413 /)
  const largest = await fetch(`${system.httpUrl}/`, { method: 'POST', body: 'a'.repeat(20 * 1024 * 1024) })
  expect(await largest.text()).toBe('hello')
})

test('a service that fails gives 500 without a word about why', async () => {
  const system = await start(() => {
    throw new Error('secret')
  })
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const response = await fetch(`${system.httpUrl}/`)
  expect([response.status, await response.text()]).toEqual([500, '500\n'])
  expect(warn.mock.calls).toEqual([[new Error('secret')]])
})

test('a caller that leaves in the middle of a body does no harm', async () => {
  const system = await start(hello)
  const socket = connect(Number(new URL(system.httpUrl).port), '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc')
  await once(socket, 'connect')
  socket.resetAndDestroy()
  expect(await (await fetch(`${system.httpUrl}/`, { method: 'POST' })).text()).toBe('hello')
})

test('stopping ends open connections, and a port in use is a usage error', async () => {
  const first = await start(hello)
  const port = Number(new URL(first.httpUrl).port)
  await expect(startInformationSystem({ name: 'second', service: hello, ports: { http: port } })).rejects.toThrow(
    new UsageError(
      `information system second cannot use 127.0.0.1:${port}: the port is taken; stop what listens there or write another port in informationSystems of the topology`,
      { cause: expect.objectContaining({ code: 'EADDRINUSE' }) },
    ),
  )
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'data')
  const closed = new Promise((resolve) => socket.on('error', () => {}).once('close', resolve))
  await first[Symbol.asyncDispose]()
  await closed
  await expect(fetch(first.httpUrl)).rejects.toThrow()
})
