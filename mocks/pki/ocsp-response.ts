import type { KeyObject, X509Certificate } from 'node:crypto'
import { certificateParts, keyHash } from './certificate-parts.ts'
import {
  bitString,
  derValue,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
} from './der.ts'
import { signatureAlgorithm, signDer } from './der-signature.ts'
import { nonceExtension } from './ocsp-request.ts'

export type CertificateStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly at: Date }
  | { readonly kind: 'unknown' }

export interface OcspAnswer {
  /** DER of the CertID, as it was asked for. */
  readonly id: Buffer
  readonly status: CertificateStatus
  readonly thisUpdate: Date
  readonly nextUpdate?: Date
}

export interface OcspResponseDraft {
  readonly answers: readonly OcspAnswer[]
  readonly producedAt: Date
  readonly nonce?: Buffer
  /** The responder: the issuer of the certificates, or whom it has authorised. Its certificate goes with the answer. */
  readonly signer: { readonly key: KeyObject; readonly certificate: X509Certificate }
}

export const basicResponseIdentifier = '1.3.6.1.5.5.7.48.1.1'

/** What a responder says instead of an answer (RFC 6960 4.2.1). */
const refusals = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const

export type OcspRefusal = keyof typeof refusals

/** An OCSPResponse without an answer; it is not signed. */
export function refuseOcspRequest(refusal: OcspRefusal): Buffer {
  return sequence(enumerated(refusals[refusal]))
}

/** A signed OCSPResponse; the responder is named by its key. */
export function writeOcspResponse({ answers, producedAt, nonce, signer }: OcspResponseDraft): Buffer {
  const data = sequence(
    explicit(2, octetString(keyHash(certificateParts(signer.certificate).publicKey))),
    generalizedTime(producedAt),
    sequence(...answers.map(singleResponse)),
    ...(nonce === undefined ? [] : [explicit(1, sequence(nonceExtension(nonce)))]),
  )
  const basic = sequence(
    data,
    signatureAlgorithm(signer.key),
    bitString(signDer(data, signer.key)),
    explicit(0, sequence(signer.certificate.raw)),
  )
  return sequence(enumerated(0), explicit(0, sequence(objectIdentifier(basicResponseIdentifier), octetString(basic))))
}

function singleResponse({ id, status, thisUpdate, nextUpdate }: OcspAnswer): Buffer {
  const next = nextUpdate === undefined ? [] : [explicit(0, generalizedTime(nextUpdate))]
  return sequence(id, statusChoice(status), generalizedTime(thisUpdate), ...next)
}

function statusChoice(status: CertificateStatus): Buffer {
  switch (status.kind) {
    case 'good':
      return implicit(0)
    case 'revoked':
      return derValue(0xa1, generalizedTime(status.at))
    case 'unknown':
      return implicit(2)
  }
}
