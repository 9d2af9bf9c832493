import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MalformedMessage } from '../../fixtures/tls/byte-reader.ts'
import { suiteCodes } from '../../fixtures/tls/cipher-suites.ts'
import { describeCertificate } from './describe-certificate.ts'
import { distinguishedName } from './distinguished-name.ts'
import { flightReader } from './flight-reader.ts'
import { parseServerKeyExchange } from './key-exchange.ts'
import {
  alert,
  authority,
  certificateRequest,
  certificates,
  ellipticKeyExchange,
  inRecords,
  primeKeyExchange,
  serverHello,
  serverHelloDone,
} from './sample-flight.ts'
import { parseSsl2Answer } from './ssl2.ts'

// Whatever a server sends, its readers end, with an answer or a MalformedMessage.

const suites = Object.keys(suiteCodes)
const flights = [
  [serverHello('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'), certificates, ellipticKeyExchange, serverHelloDone],
  [
    serverHello('TLS_DHE_RSA_WITH_AES_128_CBC_SHA'),
    certificates,
    primeKeyExchange(64),
    certificateRequest,
    serverHelloDone,
  ],
  [serverHello('TLS_AES_128_GCM_SHA256', { extensions: [['supported_versions', Buffer.of(3, 4)]] })],
].map((messages) => inRecords(messages))
const seeds = [...flights, alert(1, 112), alert(2, 40), authority]

/** A good flight with some bytes changed, cut out or put in, or bytes of any kind. */
const damaged = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(2000), fc.nat(3), fc.uint8Array({ maxLength: 8 })), { maxLength: 6 }),
  )
  .map(([seed, changes]) =>
    changes.reduce<Buffer>((bytes, [position, cut, put]) => {
      const at = position % (bytes.length + 1)
      return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)])
    }, seed),
  )
const anything = fc.oneof(
  { weight: 4, arbitrary: damaged },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)) },
)

test('the reader of flights ends, however they are damaged and cut into pieces', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(anything, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (bytes, sizes) => {
      const reader = flightReader()
      seen.add(
        outcome(() =>
          pieces(bytes, sizes)
            .map((piece) => reader.push(piece))
            .find((one) => one !== undefined),
        ),
      )
    }),
    { numRuns: 10_000 },
  )
  // The fuzzer reaches every end that there is.
  expect([...seen].sort()).toEqual(['greeted', 'malformed', 'refused', 'unfinished'])
})

test('the readers of SSL 2.0, key exchanges, names and certificates end', () => {
  fc.assert(
    fc.property(anything, fc.constantFrom(...suites), fc.constantFrom('TLSv1.2', 'TLSv1'), (bytes, suite, version) => {
      outcome(() => parseSsl2Answer(Buffer.concat([Buffer.of(0x80), bytes])))
      outcome(() => parseServerKeyExchange(bytes, suite, version))
      outcome(() => distinguishedName(bytes))
      expect(describeCertificate(bytes)).toBeUndefined()
    }),
    { numRuns: 5000 },
  )
})

/** How reading ended; throws what is not a MalformedMessage. */
function outcome(read: () => unknown): string {
  try {
    const found = read()
    return (found as { readonly kind?: string } | undefined)?.kind ?? 'unfinished'
  } catch (error) {
    if (error instanceof MalformedMessage) return 'malformed'
    throw error
  }
}

function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    found.push(bytes.subarray(at, at + size))
    at += size
  }
  return found
}
