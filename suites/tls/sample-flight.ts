import { suiteCodes } from '../../fixtures/tls/cipher-suites.ts'
import { extensionCodes } from '../../fixtures/tls/extensions.ts'
import { versionCodes } from '../../fixtures/tls/versions.ts'
import { message, record, vector, words } from '../client/tls-messages.ts'

// First flights of servers, put together by hand from RFC 5246 and RFC 8446, for unit tests and fuzzing.

type Version = keyof typeof versionCodes

/** A ServerHello in its message, with extensions as pairs of code and content. */
export function serverHello(
  suite: string,
  { version = 'TLSv1.2' as Version, random = Buffer.alloc(32, 7), extensions = [] as readonly Extension[] } = {},
): Buffer {
  const content = extensions.map(([name, bytes]) => Buffer.concat([words([extensionCodes[name]]), vector(2, bytes)]))
  return message(
    2,
    Buffer.concat([
      words([versionCodes[version]]),
      random,
      vector(1, Buffer.alloc(0)),
      words([suiteCodes[suite] ?? 0]),
      Buffer.of(0),
      vector(2, Buffer.concat(content)),
    ]),
  )
}

type Extension = readonly [keyof typeof extensionCodes, Buffer]

/** Two certificates that are none, but lie where certificates do. */
export const certificates = message(
  11,
  vector(3, Buffer.concat([vector(3, Buffer.from('leaf')), vector(3, Buffer.from('root'))])),
)

/** x25519, signed with rsa_pss_rsae_sha256. */
export const ellipticKeyExchange = message(
  12,
  Buffer.concat([
    Buffer.of(3),
    words([0x001d]),
    vector(1, Buffer.alloc(32, 9)),
    words([0x0804]),
    vector(2, Buffer.alloc(256)),
  ]),
)

/** A prime of so many bytes, its highest bit set. */
export function primeKeyExchange(bytes: number): Buffer {
  const prime = Buffer.alloc(bytes, 0xff)
  const parameters = [vector(2, prime), vector(2, Buffer.of(2)), vector(2, Buffer.alloc(bytes, 1))]
  return message(12, Buffer.concat([...parameters, words([0x0401]), vector(2, Buffer.alloc(256))]))
}

/** CN=Root, as the only authority. */
export const authority = Buffer.from('300f310d300b06035504030c04526f6f74', 'hex')
export const certificateRequest = message(
  13,
  Buffer.concat([vector(1, Buffer.of(1, 64)), vector(2, words([0x0401, 0x0403])), vector(2, vector(2, authority))]),
)

export const serverHelloDone = message(14, Buffer.alloc(0))

export function alert(level: number, code: number): Buffer {
  return record(21, Buffer.of(level, code))
}

/** Messages in records of at most so many bytes. */
export function inRecords(messages: readonly Buffer[], size = 16_384): Buffer {
  const bytes = Buffer.concat(messages)
  const count = Math.ceil(bytes.length / size)
  return Buffer.concat(Array.from({ length: count }, (_, at) => record(22, bytes.subarray(at * size, (at + 1) * size))))
}
