import { DerError, type DerValue, expectTag, partsOf, readDer, readObjectIdentifier } from './der-reader.ts'
import { digestIdentifiers } from './der-signature.ts'

/** A request for a time stamp (RFC 3161 2.4.1). */
export interface TimeStampQuery {
  /** DER of the MessageImprint: what is to be stamped, as hash algorithm and hash. */
  readonly imprint: Buffer
  /** Name of the hash algorithm; undefined for one that is not known here. */
  readonly digest: string | undefined
  readonly hash: Buffer
  readonly policy?: string
  /** Content of the INTEGER. */
  readonly nonce?: Buffer
  /** Whether the certificate of the authority shall come along. */
  readonly wantsCertificate: boolean
  readonly hasExtensions: boolean
}

/** Bytes: ten times what anybody sends. */
const longestNonce = 128

/** Throws a DerError for what is no query of version 1. */
export function readTimeStampQuery(bytes: Buffer): TimeStampQuery {
  const [version, imprint, ...optional] = partsOf(readDer(bytes))
  if (!expectTag(version, 0x02).content.equals(Buffer.of(1))) throw new DerError('the version is not 1')
  const [algorithm, hash] = partsOf(imprint)
  const identifier = readObjectIdentifier(partsOf(algorithm)[0])
  const field = (tag: number): DerValue | undefined => optional.find((value) => value.tag === tag)
  const policy = field(0x06)
  const nonce = field(0x02)
  if (nonce !== undefined && (nonce.content.length === 0 || nonce.content.length > longestNonce)) {
    throw new DerError(`a nonce has from 1 to ${longestNonce} bytes`)
  }
  return {
    imprint: expectTag(imprint, 0x30).raw,
    digest: Object.keys(digestIdentifiers).find((name) => digestIdentifiers[name] === identifier),
    hash: expectTag(hash, 0x04).content,
    ...(policy !== undefined && { policy: readObjectIdentifier(policy) }),
    ...(nonce !== undefined && { nonce: nonce.content }),
    wantsCertificate: (field(0x01)?.content[0] ?? 0) !== 0,
    hasExtensions: field(0xa0) !== undefined,
  }
}
