import { createDiffieHellman, createECDH, createHash, randomBytes, sign, X509Certificate } from 'node:crypto'
import { connect } from 'node:net'
import { alertName } from '../../fixtures/tls/alerts.ts'
import { clientHello } from '../tls/client-hello.ts'
import { tlsEndpoint } from '../tls/tls-endpoint.ts'
import type { Endpoint, Identity } from './connection.ts'
import { handshakeBytes, type Message, message, record, splitMessages, splitRecords, vector } from './tls-messages.ts'
import { deriveKeys, prf } from './tls12-keys.ts'

export type HandshakeOutcome =
  | { readonly kind: 'completed'; readonly askedForCertificate: boolean }
  | { readonly kind: 'refused'; readonly alert: string }

const suites = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256']
const groups = ['secp256r1']
const patience = 10_000
const sizeLimit = 256 * 1024

/**
 * Makes a whole TLS 1.2 handshake of its own, with a certificate and an RSA key that need not fit each other, which
 * node:tls refuses. Nothing but the signature is then wrong: whoever does not check it completes the handshake.
 */
export function shakeHands({ url }: Endpoint, { certificate, key }: Identity): Promise<HandshakeOutcome> {
  const random = randomBytes(32)
  const hello = clientHello({ version: 'TLSv1.2', suites, groups, plain: true }, random)
  const shown = new X509Certificate(certificate).raw
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    let askedForCertificate: boolean | undefined
    const socket = connect(tlsEndpoint(url))
    const end = (outcome: HandshakeOutcome) => {
      resolve(outcome)
      socket.destroy()
    }
    const advance = () => {
      const records = splitRecords(received)
      const alert = records.find(({ type }) => type === 21)
      if (alert !== undefined) return end({ kind: 'refused', alert: alertName(alert.body.readUInt8(1)) })
      if (askedForCertificate === undefined) {
        const flight = handshakeBytes(records)
        const messages = splitMessages(flight)
        if (messages.at(-1)?.type !== 14) return
        askedForCertificate = messages.some(({ type }) => type === 13)
        socket.write(secondFlight({ hello: hello.subarray(5), random, flight, messages, shown, key }))
      } else if (records.some(({ type }) => type === 20)) {
        // The server changes to encryption only once it has checked signature and Finished.
        end({ kind: 'completed', askedForCertificate })
      }
    }
    socket.setTimeout(patience, () => socket.destroy(new Error('the server says nothing')))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') end({ kind: 'refused', alert: 'closed' })
      else reject(error)
    })
    socket.once('close', () => end({ kind: 'refused', alert: 'closed' }))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      try {
        if (received.length > sizeLimit) throw new RangeError('the server says too much')
        advance()
      } catch (error) {
        socket.destroy(error as Error)
      }
    })
    socket.write(hello)
  })
}

interface Handshake {
  readonly hello: Buffer
  readonly random: Buffer
  readonly flight: Buffer
  readonly messages: readonly Message[]
  /** DER. */
  readonly shown: Buffer
  readonly key: string
}

/** Certificate, ClientKeyExchange, CertificateVerify, ChangeCipherSpec and Finished (RFC 5246 7.3). */
function secondFlight({ hello, random, flight, messages, shown, key }: Handshake): Buffer {
  const serverHello = bodyOf(messages, 2)
  const { premaster, publicKey } = agreeOnKey(
    bodyOf(messages, 12),
    serverHello.readUInt16BE(35 + serverHello.readUInt8(34)),
  )
  const isAsked = messages.some(({ type }) => type === 13)
  const certificate = isAsked ? [message(11, vector(3, vector(3, shown)))] : []
  const transcript = Buffer.concat([hello, flight, ...certificate, message(16, publicKey)])
  // rsa_pkcs1_sha256
  const signature = vector(2, sign('sha256', transcript, key))
  const verify = isAsked ? [message(15, Buffer.concat([Buffer.of(4, 1), signature]))] : []
  const { master, sealFirst } = deriveKeys(premaster, random, serverHello.subarray(2, 34))
  const hash = createHash('sha256')
    .update(Buffer.concat([transcript, ...verify]))
    .digest()
  const finished = message(20, prf(master, 'client finished', hash, 12))
  return Buffer.concat([
    record(22, Buffer.concat([...certificate, message(16, publicKey), ...verify])),
    record(20, Buffer.of(1)),
    record(22, sealFirst(22, finished)),
  ])
}

/** Our part of the key exchange, from ServerKeyExchange: P-256, or the server's own Diffie-Hellman group. */
function agreeOnKey(parameters: Buffer, suite: number): { readonly premaster: Buffer; readonly publicKey: Buffer } {
  if (suite === 0xc02f) {
    const ecdh = createECDH('prime256v1')
    const publicKey = vector(1, ecdh.generateKeys())
    return { premaster: ecdh.computeSecret(parameters.subarray(4, 4 + parameters.readUInt8(3))), publicKey }
  }
  const [prime, generator, theirs] = items(parameters, 3)
  if (prime === undefined || generator === undefined || theirs === undefined) throw new RangeError('no key exchange')
  const dh = createDiffieHellman(prime, generator)
  const publicKey = vector(2, dh.generateKeys())
  const secret = dh.computeSecret(theirs)
  // RFC 5246 8.1.2: leading zeros do not count.
  return { premaster: secret.subarray(secret.findIndex((byte) => byte !== 0)), publicKey }
}

function items(bytes: Buffer, count: number): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; found.length < count; at += 2 + bytes.readUInt16BE(at)) {
    found.push(bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at)))
  }
  return found
}

function bodyOf(messages: readonly Message[], wanted: number): Buffer {
  const found = messages.find(({ type }) => type === wanted)
  if (found === undefined) throw new RangeError(`the server sent no handshake message of type ${wanted}`)
  return found.body
}
