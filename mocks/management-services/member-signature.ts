import { constants, type KeyObject, verify } from 'node:crypto'
import { ManagementFault } from './management-fault.ts'

interface Algorithm {
  readonly digest: string
  readonly kind: 'rsa' | 'rsa-pss' | 'ec'
}

/** By the names that Java gives them, in lower case. SHA-1 is no longer used, and still known. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map(
  ['sha1', 'sha256', 'sha384', 'sha512'].flatMap((digest): [string, Algorithm][] => [
    [`${digest}withrsa`, { digest, kind: 'rsa' }],
    [`${digest}withrsaandmgf1`, { digest, kind: 'rsa-pss' }],
    [`${digest}withecdsa`, { digest, kind: 'ec' }],
  ]),
)

/** Whether a key has signed the bytes; throws a ManagementFault for an algorithm that nobody knows (MGMT-10). */
export function isSigned(bytes: Buffer, signature: Buffer, name: string, key: KeyObject): boolean {
  const algorithm = algorithms.get(name.toLowerCase())
  if (algorithm === undefined || name.toLowerCase() === 'sha1withrsaandmgf1') {
    throw new ManagementFault('internalError', `no such algorithm: ${name} for provider BC`)
  }
  const { digest, kind } = algorithm
  if (key.asymmetricKeyType !== (kind === 'ec' ? 'ec' : 'rsa')) {
    throw new ManagementFault('internalError', `the key is none for ${name}`)
  }
  const padding =
    kind === 'rsa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}
  try {
    return verify(digest, bytes, { key, ...padding }, signature)
  } catch {
    throw new ManagementFault('internalError', `the key cannot verify ${name}`)
  }
}
