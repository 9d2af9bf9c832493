import { randomBytes } from 'node:crypto'
import { alertName } from '../../fixtures/tls/alerts.ts'
import { byteReader, MalformedMessage } from '../../fixtures/tls/byte-reader.ts'
import { ssl2Suites } from '../../fixtures/tls/cipher-suites.ts'
import { versionCodes } from '../../fixtures/tls/versions.ts'
import { vector, words } from '../client/tls-messages.ts'
import { exchangeBytes } from './exchange-bytes.ts'
import type { GreetOptions } from './greet.ts'
import type { Refused, Unanswered } from './greeting.ts'
import type { TlsEndpoint } from './tls-endpoint.ts'

/** The ServerHello of SSL 2.0: it lists everything that both sides speak. */
export interface Ssl2Greeted {
  readonly kind: 'greeted'
  /** Names of the specification. */
  readonly suites: readonly string[]
  /** DER. */
  readonly certificate: Buffer
}

const messageLimit = 32_767
const errorNames: Readonly<Record<number, string>> = {
  1: 'no_cipher',
  2: 'no_certificate',
  4: 'bad_certificate',
  6: 'unsupported_certificate_type',
}

/** Says hello in SSL 2.0, offering everything, and tells what came back. Never rejects for what the server does. */
export function greetSsl2(
  endpoint: TlsEndpoint,
  { timeout = 10_000 }: GreetOptions = {},
): Promise<Ssl2Greeted | Refused | Unanswered> {
  let received: Buffer = Buffer.alloc(0)
  return exchangeBytes<Ssl2Greeted | Refused>(endpoint, {
    say: ssl2ClientHello(randomBytes(16)),
    hear: (chunk) => {
      received = Buffer.concat([received, chunk])
      return parseSsl2Answer(received)
    },
    ended: { kind: 'refused', alert: 'closed' },
    timeout,
  })
}

/** A CLIENT-HELLO in its record of two bytes' head. */
export function ssl2ClientHello(challenge: Buffer): Buffer {
  const ciphers = Buffer.concat(Object.values(ssl2Suites).map((code) => threeBytes(code)))
  const hello = Buffer.concat([
    Buffer.of(1),
    words([versionCodes.SSLv2, ciphers.length, 0, challenge.length]),
    ciphers,
    challenge,
  ])
  const sealed = vector(2, hello)
  sealed.writeUInt8(sealed.readUInt8(0) | 0x80, 0)
  return sealed
}

/** Reads a SERVER-HELLO or ERROR of SSL 2.0, or an alert of its successors; undefined while it is not whole. */
export function parseSsl2Answer(bytes: Buffer): Ssl2Greeted | Refused | undefined {
  const [first] = bytes
  // A server of TLS refuses in its own words: an alert of two bytes in a record with a head of five.
  if (first === 21) return bytes.length < 7 ? undefined : { kind: 'refused', alert: alertName(bytes.readUInt8(6)) }
  if (first !== undefined && (first & 0x80) === 0) throw new MalformedMessage('no record of SSL 2.0')
  if (bytes.length < 2) return undefined
  const length = bytes.readUInt16BE(0) & messageLimit
  const reader = byteReader(bytes.subarray(2, 2 + length))
  const type = reader.remaining === 0 ? undefined : reader.number(1)
  if (type !== undefined && type !== 4 && type !== 0) throw new MalformedMessage('no SERVER-HELLO')
  if (bytes.length < 2 + length) return undefined
  if (type === undefined) throw new MalformedMessage('an empty record')
  if (type === 0) {
    const code = reader.number(2)
    return { kind: 'refused', alert: errorNames[code] ?? `error ${code}` }
  }
  return parseSsl2ServerHello(reader)
}

function parseSsl2ServerHello(reader: ReturnType<typeof byteReader>): Ssl2Greeted {
  // Whether a session was found, and the type of the certificate.
  reader.take(2)
  if (reader.number(2) !== versionCodes.SSLv2) throw new MalformedMessage('another version than SSL 2.0')
  const [certificateLength, cipherLength] = [reader.number(2), reader.number(2)]
  reader.take(2)
  const certificate = reader.take(certificateLength)
  const codes = byteReader(reader.take(cipherLength)).numbers(3)
  return { kind: 'greeted', suites: codes.map(ssl2SuiteName), certificate }
}

function ssl2SuiteName(code: number): string {
  const name = Object.keys(ssl2Suites).find((one) => ssl2Suites[one] === code)
  return name ?? `0x${code.toString(16).padStart(6, '0')}`
}

function threeBytes(code: number): Buffer {
  const bytes = Buffer.alloc(3)
  bytes.writeUIntBE(code, 0, 3)
  return bytes
}
