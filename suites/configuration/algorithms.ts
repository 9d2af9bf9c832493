import { constants } from 'node:crypto'

/** Names of node:crypto by the URI of a digest. */
export const digests: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha224', 'sha224'],
  ['http://www.w3.org/2000/09/xmldsig#sha1', 'sha1'],
])

export interface SignatureAlgorithm {
  readonly digest: string
  readonly padding?: number
  readonly saltLength?: number
}

const sizes = ['256', '384', '512']
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }

/** By URI. Signatures of elliptic curve keys are ASN.1 DER, which is what node:crypto expects. */
export const signatureAlgorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map(
  sizes.flatMap((size): [string, SignatureAlgorithm][] => [
    [`http://www.w3.org/2001/04/xmldsig-more#rsa-sha${size}`, { digest: `sha${size}` }],
    [`http://www.w3.org/2007/05/xmldsig-more#sha${size}-rsa-MGF1`, { digest: `sha${size}`, ...pss }],
    [`http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha${size}`, { digest: `sha${size}` }],
  ]),
)
