import { constants, verify, type X509Certificate } from 'node:crypto'

/** Names of node:crypto by the URI of a digest. Security servers take the weak ones too. */
export const digests: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha224', 'sha224'],
  ['http://www.w3.org/2000/09/xmldsig#sha1', 'sha1'],
  ['http://www.w3.org/2001/04/xmldsig-more#md5', 'md5'],
])

export interface SignatureAlgorithm {
  /** The type that the key has to be of. */
  readonly keyType: 'rsa' | 'ec'
  readonly digest: string
  readonly options?: { readonly padding: number; readonly saltLength: number }
}

const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }

/** By URI. Signatures of elliptic curve keys are ASN.1 DER, which is what node:crypto expects. */
export const signatureAlgorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', { keyType: 'rsa', digest: 'sha1' }],
  ...['256', '384', '512'].flatMap((size): [string, SignatureAlgorithm][] => [
    [`${more}rsa-sha${size}`, { keyType: 'rsa', digest: `sha${size}` }],
    [
      `http://www.w3.org/2007/05/xmldsig-more#sha${size}-rsa-MGF1`,
      { keyType: 'rsa', digest: `sha${size}`, options: pss },
    ],
  ]),
  ...['1', '224', '256', '384', '512'].map((size): [string, SignatureAlgorithm] => [
    `${more}ecdsa-sha${size}`,
    { keyType: 'ec', digest: `sha${size}` },
  ]),
])

/** Whether the key of a certificate signed those bytes; whose it is and until when does not matter. */
export function isSignature(
  signature: Buffer,
  signed: Buffer,
  { publicKey }: X509Certificate,
  { keyType, digest, options }: SignatureAlgorithm,
): boolean {
  return publicKey.asymmetricKeyType === keyType && verify(digest, signed, { key: publicKey, ...options }, signature)
}
