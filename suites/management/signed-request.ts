import { randomUUID, type X509Certificate } from 'node:crypto'
import { type Part, writeMultipart } from '../client/multipart.ts'
import type { IssuedKey } from './certificate-order.ts'
import { type memberAlgorithms, signWith } from './signature-algorithms.ts'

export type MemberAlgorithm = (typeof memberAlgorithms)[number]

/** A member that signs: its key, its certificate and the proof that this is good. */
export interface Signer extends IssuedKey {
  readonly ocsp: Buffer
}

/** A body with its type. */
export interface WrittenRequest {
  readonly contentType: string
  readonly body: Buffer
}

/** The parts of a request that a member signs, in their order. */
export function memberParts(soap: string, signer: Signer, algorithm: MemberAlgorithm): Part[] {
  const { key, certificate, ocsp } = signer
  return [soapPart(soap), signaturePart(soap, { key }, algorithm), binaryPart(certificate.raw), binaryPart(ocsp)]
}

/** The parts of the registration of an authentication certificate, in their order. */
export function registrationParts(
  soap: string,
  authentication: IssuedKey,
  owner: Signer,
  algorithm: MemberAlgorithm,
): Part[] {
  return [
    soapPart(soap),
    signaturePart(soap, authentication, algorithm),
    signaturePart(soap, owner, algorithm),
    certificatePart(authentication),
    certificatePart(owner),
    binaryPart(owner.ocsp),
  ]
}

/** The parts as multipart/related. */
export function writeParts(parts: readonly Part[]): WrittenRequest {
  const boundary = `xroad${randomUUID()}`
  const contentType = `multipart/related; charset=UTF-8; boundary=${boundary}`
  return { contentType, body: writeMultipart(parts, boundary) }
}

/** The SOAP message, which is always the first part. */
function soapPart(soap: string): Part {
  return { headers: [['Content-Type', 'text/xml; charset=UTF-8']], body: soap }
}

function signaturePart(soap: string, { key }: Pick<IssuedKey, 'key'>, algorithm: MemberAlgorithm): Part {
  const { headers, body } = binaryPart(signWith(algorithm, Buffer.from(soap), key))
  return { headers: [...headers, ['signature-algorithm-id', algorithm]], body }
}

function certificatePart({ certificate }: { readonly certificate: X509Certificate }): Part {
  return binaryPart(certificate.raw)
}

function binaryPart(body: Buffer): Part {
  return { headers: [['Content-Type', 'application/octet-stream']], body }
}
