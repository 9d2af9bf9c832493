import { createHash, type X509Certificate } from 'node:crypto'
import { certificateParts } from './certificate-parts.ts'
import { integer, octetString, sequence } from './der.ts'
import { type DerValue, expectTag, partsOf, readObjectIdentifier } from './der-reader.ts'
import { digestAlgorithm, digestIdentifiers } from './der-signature.ts'

/** How OCSP names a certificate: by hashes of its issuer's name and key, and by its serial number (RFC 6960 4.1.1). */
export interface CertificateId {
  /** Dotted object identifier. */
  readonly digest: string
  readonly nameHash: Buffer
  readonly keyHash: Buffer
  /** Content of the INTEGER. */
  readonly serialNumber: Buffer
  /** As it stood in the message. */
  readonly raw: Buffer
}

/** The identifier of a certificate, by SHA-1 as X-Road and nearly everybody makes it. */
export function certificateId(certificate: X509Certificate, issuer: X509Certificate): Buffer {
  const { subject, publicKey } = certificateParts(issuer)
  return sequence(
    digestAlgorithm('sha1'),
    octetString(hash('sha1', subject)),
    octetString(hash('sha1', publicKey)),
    integer(certificateParts(certificate).serialNumber),
  )
}

/** Reads a CertID; throws a DerError for what is none. */
export function readCertificateId(value: DerValue | undefined): CertificateId {
  const [algorithm, nameHash, keyHash, serialNumber] = partsOf(value)
  return {
    digest: readObjectIdentifier(partsOf(algorithm)[0]),
    nameHash: expectTag(nameHash, 0x04).content,
    keyHash: expectTag(keyHash, 0x04).content,
    serialNumber: expectTag(serialNumber, 0x02).content,
    raw: expectTag(value, 0x30).raw,
  }
}

/** Whether a certificate so named is one of that issuer; never so for a hash that is not known here. */
export function isOfIssuer(id: CertificateId, issuer: X509Certificate): boolean {
  const [digest] = Object.entries(digestIdentifiers).find(([, identifier]) => identifier === id.digest) ?? []
  if (digest === undefined) return false
  const { subject, publicKey } = certificateParts(issuer)
  return hash(digest, subject).equals(id.nameHash) && hash(digest, publicKey).equals(id.keyHash)
}

/** Whether two identifiers name the same certificate, with or without parameters of the algorithm. */
export function isSameId(one: CertificateId, other: CertificateId): boolean {
  return (
    one.digest === other.digest &&
    one.nameHash.equals(other.nameHash) &&
    one.keyHash.equals(other.keyHash) &&
    one.serialNumber.equals(other.serialNumber)
  )
}

function hash(digest: string, bytes: Buffer): Buffer {
  return createHash(digest).update(bytes).digest()
}
