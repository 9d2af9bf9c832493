import type { X509Certificate } from 'node:crypto'
import { type CertificateId, certificateId, readCertificateId } from './certificate-id.ts'
import { explicit, objectIdentifier, octetString, sequence } from './der.ts'
import {
  childrenOf,
  DerError,
  type DerValue,
  expectTag,
  onlyChildOf,
  partsOf,
  readDer,
  readObjectIdentifier,
} from './der-reader.ts'

const nonceIdentifier = '1.3.6.1.5.5.7.48.1.2'

/** RFC 9654 2.1: a nonce has up to 128 bytes. */
const longestNonce = 128

export interface OcspRequest {
  /** At least one. */
  readonly certificates: readonly CertificateId[]
  readonly nonce?: Buffer
}

/** Reads an OCSPRequest (RFC 6960 4.1.1); a signature on it is not looked at. Throws a DerError for what is none. */
export function readOcspRequest(bytes: Buffer): OcspRequest {
  const [body] = partsOf(readDer(bytes))
  const fields = partsOf(body)
  const list = fields.find(({ tag }) => tag === 0x30)
  const certificates = partsOf(list).map((request) => readCertificateId(partsOf(request)[0]))
  if (certificates.length === 0) throw new DerError('an OCSP request names no certificate')
  const nonce = readNonce(fields.find(({ tag }) => tag === 0xa2))
  return { certificates, ...(nonce !== undefined && { nonce }) }
}

/** Asks for the status of one certificate. */
export function writeOcspRequest(certificate: X509Certificate, issuer: X509Certificate, nonce?: Buffer): Buffer {
  const extensions = nonce === undefined ? [] : [explicit(2, sequence(nonceExtension(nonce)))]
  return sequence(sequence(sequence(sequence(certificateId(certificate, issuer))), ...extensions))
}

/** The extension that proves that an answer was made for the question. */
export function nonceExtension(nonce: Buffer): Buffer {
  return sequence(objectIdentifier(nonceIdentifier), octetString(octetString(nonce)))
}

/** The nonce among extensions that stand within an explicit tag. */
function readNonce(extensions: DerValue | undefined): Buffer | undefined {
  if (extensions === undefined) return undefined
  for (const extension of partsOf(onlyChildOf(extensions))) {
    const [identifier, ...rest] = childrenOf(extension)
    if (readObjectIdentifier(identifier) !== nonceIdentifier) continue
    const nonce = expectTag(readDer(expectTag(rest.at(-1), 0x04).content), 0x04).content
    if (nonce.length === 0 || nonce.length > longestNonce) throw new DerError('a nonce has from 1 to 128 bytes')
    return nonce
  }
  return undefined
}
