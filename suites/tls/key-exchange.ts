import { byteReader } from '../../fixtures/tls/byte-reader.ts'
import { groupName } from '../../fixtures/tls/groups.ts'
import { signatureSchemeName } from '../../fixtures/tls/signature-schemes.ts'

/** What a ServerKeyExchange tells of the key exchange (RFC 5246 7.4.3, RFC 8422 5.4). */
export interface ServerKeyExchange {
  /** IANA name of a named curve. */
  readonly group?: string
  /** Prime field of Diffie-Hellman, with its size in bits. */
  readonly field?: PrimeField
  /** Size in bits of the short-lived RSA key of export suites. */
  readonly rsaBits?: number
  /** IANA name; absent before TLS 1.2, and where nothing is signed. */
  readonly signatureAlgorithm?: string
}

export interface PrimeField {
  readonly bits: number
  readonly prime: Buffer
  readonly generator: Buffer
}

const namedCurve = 3

/** Reads the body of a ServerKeyExchange for a suite by its IANA name. Throws a MalformedMessage. */
export function parseServerKeyExchange(body: Buffer, suite: string, version: string): ServerKeyExchange {
  const reader = byteReader(body)
  if (suite.includes('PSK')) reader.vector(2)
  const parameters = readParameters()
  const isSigned = parameters !== undefined && version === 'TLSv1.2' && !/anon|PSK/.test(suite) && reader.remaining > 0
  return { ...parameters, ...(isSigned ? { signatureAlgorithm: signatureSchemeName(reader.number(2)) } : {}) }

  function readParameters(): ServerKeyExchange | undefined {
    if (/_ECDHE_|_ECDH_anon_/.test(suite)) {
      // Curves that are spelt out parameter by parameter have died out; they have no name to tell.
      if (reader.number(1) !== namedCurve) return undefined
      const group = groupName(reader.number(2))
      reader.vector(1)
      return { group }
    }
    if (/_DHE_|_DH_anon_/.test(suite)) {
      const [prime, generator] = [reader.vector(2), reader.vector(2)]
      reader.vector(2)
      return { field: { bits: bitLength(prime), prime, generator } }
    }
    if (suite.includes('_RSA_EXPORT')) {
      const modulus = reader.vector(2)
      reader.vector(2)
      return { rsaBits: bitLength(modulus) }
    }
    return undefined
  }
}

/** Bits from the highest one that is set. */
function bitLength(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0)
  if (first < 0) return 0
  return (number.length - first) * 8 - (Math.clz32(number[first] ?? 0) - 24)
}
