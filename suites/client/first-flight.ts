import { randomBytes, X509Certificate } from 'node:crypto'
import { connect } from 'node:net'
import { clientHello, type Hello, versionCodes } from './client-hello.ts'
import { suiteName } from './suite-codes.ts'
import { handshakeBytes, splitItems, splitMessages, splitRecords } from './tls-messages.ts'

/** What a server answers to a ClientHello, before anything is encrypted or decided. */
export type FirstFlight = Greeting | Refusal

export interface Greeting {
  readonly kind: 'greeted'
  readonly version: string
  /** IANA name. */
  readonly suite: string
  /** Leaf first; empty in TLS 1.3, which sends it encrypted. */
  readonly certificates: readonly X509Certificate[]
  /** Present if a client certificate is asked for: DER names of the authorities that may have issued it. */
  readonly certificateRequest?: { readonly authorities: readonly Buffer[] }
}

export interface Refusal {
  readonly kind: 'refused'
  /** Alert name as in RFC 5246, or `closed` for a connection closed without one. */
  readonly alert: string
}

const patience = 10_000
const sizeLimit = 256 * 1024

/** Says hello to the server at that address and reads its first flight. Rejects if it is silent, too long or no TLS. */
export function readFirstFlight(url: string, hello: Hello): Promise<FirstFlight> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 443 })
    socket.setTimeout(patience, () => socket.destroy(new Error('the server says nothing')))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resolve({ kind: 'refused', alert: 'closed' })
      else reject(error)
    })
    socket.once('close', () => resolve({ kind: 'refused', alert: 'closed' }))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      try {
        if (received.length > sizeLimit) throw new RangeError('the server says too much')
        const flight = parseFirstFlight(received)
        if (flight === undefined) return
        resolve(flight)
        socket.destroy()
      } catch (error) {
        socket.destroy(error as Error)
      }
    })
    socket.write(clientHello(hello, randomBytes(32)))
  })
}

/** Reads what has come so far; undefined while the flight is not complete. Throws a RangeError for what is no TLS. */
export function parseFirstFlight(bytes: Buffer): FirstFlight | undefined {
  const records = splitRecords(bytes)
  const alert = records.find(({ type }) => type === 21)
  if (alert !== undefined) return { kind: 'refused', alert: alertName(alert.body.readUInt8(1)) }
  if (records.some(({ type }) => type < 20 || type > 22)) throw new RangeError('what the server says is no TLS')
  let greeting: Greeting | undefined
  for (const { type, body } of splitMessages(handshakeBytes(records))) {
    if (type === 2) greeting = parseServerHello(body)
    else if (greeting !== undefined && type === 11) greeting = { ...greeting, certificates: parseCertificates(body) }
    else if (greeting !== undefined && type === 13) greeting = { ...greeting, certificateRequest: parseRequest(body) }
    // ServerHelloDone; in TLS 1.3 all that follows the first message is encrypted.
    if (type === 14 || greeting?.version === 'TLSv1.3') return greeting
  }
  return undefined
}

function parseServerHello(body: Buffer): Greeting {
  const afterSession = 35 + body.readUInt8(34)
  const suite = suiteName(body.readUInt16BE(afterSession))
  const extensions = afterSession + 5 > body.length ? Buffer.alloc(0) : body.subarray(afterSession + 5)
  const version = supportedVersion(extensions) ?? body.readUInt16BE(0)
  const name = Object.entries(versionCodes).find(([, code]) => code === version)?.[0] ?? `0x${version.toString(16)}`
  return { kind: 'greeted', version: name, suite, certificates: [] }
}

function supportedVersion(extensions: Buffer): number | undefined {
  for (let at = 0; at + 4 <= extensions.length; at += 4 + extensions.readUInt16BE(at + 2)) {
    if (extensions.readUInt16BE(at) === 43) return extensions.readUInt16BE(at + 4)
  }
  return undefined
}

function parseCertificates(body: Buffer): X509Certificate[] {
  return splitItems(body.subarray(3), 3).map((der) => new X509Certificate(der))
}

// RFC 5246 7.4.4: types of certificates, signature algorithms, names of authorities.
function parseRequest(body: Buffer): { readonly authorities: readonly Buffer[] } {
  const afterTypes = 1 + body.readUInt8(0)
  const afterAlgorithms = afterTypes + 2 + body.readUInt16BE(afterTypes)
  return { authorities: splitItems(body.subarray(afterAlgorithms + 2), 2) }
}

/** Name of an alert as in RFC 5246 and RFC 8446. */
export function alertName(code: number): string {
  return alerts[code] ?? `alert ${code}`
}

const alerts: Readonly<Record<number, string>> = {
  10: 'unexpected_message',
  20: 'bad_record_mac',
  40: 'handshake_failure',
  42: 'bad_certificate',
  47: 'illegal_parameter',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  109: 'missing_extension',
  116: 'certificate_required',
}
