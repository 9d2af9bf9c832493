import { createHash, type X509Certificate } from 'node:crypto'
import { type DerValue, expectTag, partsOf, readBitString, readDer } from './der-reader.ts'

/** What node:crypto does not tell of a certificate, as DER. */
export interface CertificateParts {
  /** Content of the INTEGER. */
  readonly serialNumber: Buffer
  /** The whole Name. */
  readonly issuer: Buffer
  readonly subject: Buffer
  /** The bits of the public key, which key hashes are made of. */
  readonly publicKey: Buffer
}

/** Takes a certificate apart (RFC 5280 4.1). */
export function certificateParts({ raw }: X509Certificate): CertificateParts {
  const fields = partsOf(partsOf(readDer(raw))[0])
  // A version, [0], stands first unless it is 1.
  const [serialNumber, , issuer, , subject, key] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  return {
    serialNumber: expectTag(serialNumber, 0x02).content,
    issuer: rawOf(issuer),
    subject: rawOf(subject),
    publicKey: readBitString(partsOf(key)[1]),
  }
}

/** SHA-1 of the public key, by which OCSP and certificates name a key. */
export function keyHash(publicKey: Buffer): Buffer {
  return createHash('sha1').update(publicKey).digest()
}

function rawOf(value: DerValue | undefined): Buffer {
  return expectTag(value, 0x30).raw
}
