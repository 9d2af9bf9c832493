import { createServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { shakeHands } from './own-handshake.ts'
import { makeSelfSigned } from './self-signed.ts'

const server = makeSelfSigned('server.example')
const own = makeSelfSigned('own.example')
const another = makeSelfSigned('another.example')

test.for(['ECDHE-RSA-AES128-GCM-SHA256', 'DHE-RSA-AES128-GCM-SHA256'])(
  'a handshake with %s completes with the key of the certificate only',
  async (ciphers) => {
    const url = await serve({ ciphers, requestCert: true })
    expect(await shakeHands({ url }, own)).toEqual({ kind: 'completed', askedForCertificate: true })
    const borrowed = { ...own, certificate: another.certificate }
    expect(await shakeHands({ url }, borrowed)).toEqual({ kind: 'refused', alert: 'decrypt_error' })
  },
)

test('a server that does not ask for a certificate gets none', async () => {
  const url = await serve({})
  expect(await shakeHands({ url }, own)).toEqual({ kind: 'completed', askedForCertificate: false })
})

async function serve(options: object): Promise<string> {
  const { certificate: cert, key } = server
  const listener = createServer({ cert, key, dhparam: 'auto', rejectUnauthorized: false, ...options })
  listener.on('tlsClientError', () => {}).on('secureConnection', (socket) => void socket.on('error', () => {}))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void listener.close())
  return `https://127.0.0.1:${(listener.address() as { port: number }).port}`
}
