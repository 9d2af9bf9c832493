import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { clientHello } from './client-hello.ts'
import { parseFirstFlight, readFirstFlight } from './first-flight.ts'
import { makeSelfSigned } from './self-signed.ts'

const { certificate, key } = makeSelfSigned('first.example')
const suites = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256']

test('a server tells version, suite, certificate and what it asks of the caller', async () => {
  const url = await serve({ requestCert: true, ca: certificate })
  const flight = await readFirstFlight(url, { version: 'TLSv1.2', suites })
  expect(flight).toMatchObject({ kind: 'greeted', version: 'TLSv1.2', suite: suites[0] })
  expect(flight).toHaveProperty('certificateRequest.authorities.length', 1)
  expect(flight.kind === 'greeted' && flight.certificates[0]?.toString()).toBe(certificate)
})

test('a server that does not ask for a certificate, and one that is asked for TLS 1.3', async () => {
  const url = await serve({})
  expect(await readFirstFlight(url, { version: 'TLSv1.2', suites })).not.toHaveProperty('certificateRequest')
  expect(await readFirstFlight(url, { version: 'TLSv1.3', suites })).toMatchObject({
    version: 'TLSv1.3',
    suite: suites[1],
  })
})

test('a refusal is told by its alert', async () => {
  const url = await serve({ maxVersion: 'TLSv1.2' })
  const refusal = (hello: Parameters<typeof readFirstFlight>[1]) => readFirstFlight(url, hello)
  expect(await refusal({ version: 'TLSv1.1', suites })).toEqual({ kind: 'refused', alert: 'protocol_version' })
  expect(await refusal({ version: 'TLSv1.2', suites: ['TLS_RSA_WITH_RC4_128_MD5'] })).toEqual({
    kind: 'refused',
    alert: 'handshake_failure',
  })
})

test('a server that closes refuses; one that is no TLS is a mistake', async () => {
  const hello = { version: 'TLSv1.2', suites } as const
  expect(await readFirstFlight(await serveText(''), hello)).toEqual({ kind: 'refused', alert: 'closed' })
  await expect(readFirstFlight(await serveText('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(900)), hello)).rejects.toThrow(
    RangeError,
  )
})

test('whatever is cut off or damaged is incomplete or a RangeError, and nothing else', async () => {
  const flight = clientHello({ version: 'TLSv1.2', suites }, Buffer.alloc(32, 7))
  for (let length = 0; length < flight.length; length += 1)
    expect(parseFirstFlight(flight.subarray(0, length))).toBeUndefined()
  for (let at = 0; at < flight.length; at += 1) {
    const damaged = Buffer.from(flight)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0xff, at)
    damaged.writeUInt8(2, 5)
    expect(outcome(() => parseFirstFlight(damaged))).toBe(true)
  }
})

function outcome(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch (error) {
    return error instanceof RangeError
  }
}

async function serve(options: object): Promise<string> {
  return listen(createTlsServer({ cert: certificate, key, rejectUnauthorized: false, ...options }))
}

async function serveText(text: string): Promise<string> {
  return listen(createServer((socket) => void socket.on('error', () => {}).end(text)))
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `https://127.0.0.1:${(server.address() as { port: number }).port}`
}
