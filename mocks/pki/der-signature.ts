import { type KeyObject, sign, verify } from 'node:crypto'
import { nothing, objectIdentifier, sequence } from './der.ts'
import { type DerValue, partsOf, readObjectIdentifier } from './der-reader.ts'

/** Object identifiers of hash algorithms, by the names that node:crypto has for them. */
export const digestIdentifiers: Readonly<Record<string, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}

/** Signature algorithms by object identifier: the hash, or null where the algorithm hashes by itself. SHA-1 counts no more. */
const signatureDigests: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': null,
}

/** AlgorithmIdentifier of what `signDer` makes with a key (RFC 4055 5, RFC 5758 3.2, RFC 8410 3). */
export function signatureAlgorithm({ asymmetricKeyType }: KeyObject): Buffer {
  if (asymmetricKeyType === 'ec') return sequence(objectIdentifier('1.2.840.10045.4.3.2'))
  if (asymmetricKeyType === 'ed25519') return sequence(objectIdentifier('1.3.101.112'))
  return sequence(objectIdentifier('1.2.840.113549.1.1.11'), nothing)
}

/** AlgorithmIdentifier of a hash, by its name in `digestIdentifiers`. */
export function digestAlgorithm(name: string): Buffer {
  return sequence(objectIdentifier(digestIdentifiers[name] ?? name), nothing)
}

/** Signs with SHA-256; EdDSA hashes by itself. */
export function signDer(bytes: Buffer, key: KeyObject): Buffer {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key)
}

/** False for a signature that does not fit, and for an algorithm that is not known here or not that of the key. */
export function verifyDer(bytes: Buffer, algorithm: DerValue | undefined, signature: Buffer, key: KeyObject): boolean {
  const identifier = readObjectIdentifier(partsOf(algorithm)[0])
  const digest = signatureDigests[identifier]
  if (digest === undefined) return false
  const family = identifier.startsWith('1.2.840.113549.') ? 'rsa' : identifier === '1.3.101.112' ? 'ed25519' : 'ec'
  return key.asymmetricKeyType === family && verify(digest, bytes, key, signature)
}
