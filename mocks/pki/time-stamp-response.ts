import { createHash, type KeyObject, type X509Certificate } from 'node:crypto'
import { certificateParts } from './certificate-parts.ts'
import {
  derValue,
  explicit,
  generalizedTime,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  utf8String,
} from './der.ts'
import { readDer } from './der-reader.ts'
import { digestAlgorithm, signatureAlgorithm, signDer } from './der-signature.ts'

/** What a time stamp says, and who says it. */
export interface TimeStampDraft {
  readonly policy: string
  /** DER of the MessageImprint. */
  readonly imprint: Buffer
  /** Content of the INTEGER. */
  readonly serialNumber: Buffer
  readonly time: Date
  /** Content of the INTEGER. */
  readonly nonce?: Buffer
  readonly signer: { readonly key: KeyObject; readonly certificate: X509Certificate }
  readonly withCertificate: boolean
}

/** Bits of PKIFailureInfo (RFC 3161 2.4.2). */
const failures = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  systemFailure: 25,
} as const

export type TimeStampFailure = keyof typeof failures

const identifiers = {
  signedData: '1.2.840.113549.1.7.2',
  timeStampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.47',
} as const

/** A rejection with its reason, for programs and for people. */
export function rejectTimeStampQuery(failure: TimeStampFailure, text: string): Buffer {
  const bit = failures[failure]
  // A string of bits that ends with the one that is set.
  const bits = Buffer.alloc(1 + Math.floor(bit / 8) + 1)
  bits.writeUInt8(7 - (bit % 8), 0)
  bits.writeUInt8(0x80 >> (bit % 8), bits.length - 1)
  return sequence(sequence(integer(2), sequence(utf8String(text)), derValue(0x03, bits)))
}

/** A TimeStampResp with a token: CMS signed data around what was stamped (RFC 3161 2.4.2, RFC 5652). */
export function writeTimeStampResponse(draft: TimeStampDraft): Buffer {
  const { key, certificate } = draft.signer
  const info = timeStampInfo(draft)
  const attributes = signedAttributes(info, certificate)
  const { issuer, serialNumber } = certificateParts(certificate)
  const signer = sequence(
    integer(1),
    sequence(issuer, integer(serialNumber)),
    digestAlgorithm('sha256'),
    // Signed as a SET, sent with the tag [0] in its place.
    derValue(0xa0, readDer(attributes).content),
    signatureAlgorithm(key),
    octetString(signDer(attributes, key)),
  )
  const signedData = sequence(
    integer(3),
    setOf(digestAlgorithm('sha256')),
    sequence(objectIdentifier(identifiers.timeStampInfo), explicit(0, octetString(info))),
    ...(draft.withCertificate ? [explicit(0, certificate.raw)] : []),
    setOf(signer),
  )
  const token = sequence(objectIdentifier(identifiers.signedData), explicit(0, signedData))
  return sequence(sequence(integer(0)), token)
}

function timeStampInfo({ policy, imprint, serialNumber, time, nonce }: TimeStampDraft): Buffer {
  return sequence(
    integer(1),
    objectIdentifier(policy),
    imprint,
    integer(serialNumber),
    generalizedTime(time),
    // Accurate to one second, as the time is told.
    sequence(integer(1)),
    ...(nonce === undefined ? [] : [integer(nonce)]),
  )
}

function signedAttributes(info: Buffer, certificate: X509Certificate): Buffer {
  const { issuer, serialNumber } = certificateParts(certificate)
  const issuerAndSerial = sequence(sequence(explicit(4, issuer)), integer(serialNumber))
  // RFC 5816: SHA-256, the default, is left out.
  const certificateId = sequence(octetString(sha256(certificate.raw)), issuerAndSerial)
  return setOf(
    attribute(identifiers.contentType, objectIdentifier(identifiers.timeStampInfo)),
    attribute(identifiers.messageDigest, octetString(sha256(info))),
    attribute(identifiers.signingCertificate, sequence(sequence(certificateId))),
  )
}

function attribute(identifier: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(identifier), setOf(value))
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
