import { constants, type KeyObject, verify } from 'node:crypto'

const dsig = 'http://www.w3.org/2000/09/xmldsig#'
const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const later = 'http://www.w3.org/2007/05/xmldsig-more#'
const encryption = 'http://www.w3.org/2001/04/xmlenc#'

/** Digests of node:crypto by URI; what is weak is taken all the same. */
export const digests: Readonly<Record<string, string>> = {
  [`${more}md5`]: 'md5',
  [`${dsig}sha1`]: 'sha1',
  [`${more}sha224`]: 'sha224',
  [`${encryption}sha256`]: 'sha256',
  [`${more}sha384`]: 'sha384',
  [`${encryption}sha512`]: 'sha512',
}

export interface SignatureAlgorithm {
  readonly scheme: 'rsa' | 'rsa-pss' | 'ec'
  readonly digest: string
}

/** Signature algorithms by URI. There is no RSA with SHA-224. */
export const signatureAlgorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  [`${dsig}rsa-sha1`]: { scheme: 'rsa', digest: 'sha1' },
  [`${more}rsa-sha256`]: { scheme: 'rsa', digest: 'sha256' },
  [`${more}rsa-sha384`]: { scheme: 'rsa', digest: 'sha384' },
  [`${more}rsa-sha512`]: { scheme: 'rsa', digest: 'sha512' },
  [`${later}sha256-rsa-MGF1`]: { scheme: 'rsa-pss', digest: 'sha256' },
  [`${later}sha384-rsa-MGF1`]: { scheme: 'rsa-pss', digest: 'sha384' },
  [`${later}sha512-rsa-MGF1`]: { scheme: 'rsa-pss', digest: 'sha512' },
  [`${more}ecdsa-sha1`]: { scheme: 'ec', digest: 'sha1' },
  [`${more}ecdsa-sha224`]: { scheme: 'ec', digest: 'sha224' },
  [`${more}ecdsa-sha256`]: { scheme: 'ec', digest: 'sha256' },
  [`${more}ecdsa-sha384`]: { scheme: 'ec', digest: 'sha384' },
  [`${more}ecdsa-sha512`]: { scheme: 'ec', digest: 'sha512' },
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }

/** Whether a signature is by that key; a key of another kind than the algorithm's fits nothing. */
export function fits(
  signature: Buffer,
  signed: Buffer,
  key: KeyObject,
  { scheme, digest }: SignatureAlgorithm,
): boolean {
  if (key.asymmetricKeyType !== (scheme === 'ec' ? 'ec' : 'rsa')) return false
  return verify(digest, signed, { key, ...(scheme === 'rsa-pss' ? pss : {}) }, signature)
}
