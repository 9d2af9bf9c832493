import type { CertificationAuthority } from '../pki/certification-authority.ts'
import { DerError } from '../pki/der-reader.ts'
import { certificateOf, type Identity } from '../pki/identity.ts'
import { type OcspRequest, readOcspRequest } from '../pki/ocsp-request.ts'
import { refuseOcspRequest, writeOcspResponse } from '../pki/ocsp-response.ts'
import { answerWith, refuseRequest, type TrustAnswer, type TrustRequest } from './trust-answer.ts'

export interface OcspService {
  readonly authority: CertificationAuthority
  /** Whom the authority lets answer for it. */
  readonly responder: Identity
  readonly now: Date
}

/** Milliseconds until there may be something new: as long as a response is fresh to security servers. */
const validity = 3_600_000
const requestType = 'application/ocsp-request'
const responseType = 'application/ocsp-response'

/** Answers over HTTP (RFC 6960 A): the request in the body of a POST, or in base64 behind the path of a GET. */
export function answerOcspRequest(service: OcspService, request: TrustRequest, encoded: string): TrustAnswer {
  if (request.method === 'GET') {
    const decoded = decodeRequest(encoded)
    if (decoded === undefined) return refuseRequest(400, 'The path does not end with an OCSP request in base64.')
    return answerWith(responseType, respond(service, decoded))
  }
  if (request.method !== 'POST') return refuseRequest(405, 'Ask by GET or POST.', { Allow: 'GET, POST' })
  if (request.contentType !== requestType) return refuseRequest(400, `A request has the Content-Type ${requestType}.`)
  return answerWith(responseType, respond(service, request.body))
}

function decodeRequest(encoded: string): Buffer | undefined {
  try {
    const base64 = decodeURIComponent(encoded)
    return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined
  } catch {
    return undefined
  }
}

function respond({ authority, responder, now }: OcspService, bytes: Buffer): Buffer {
  const request = readOrUndefined(bytes)
  if (request === undefined) return refuseOcspRequest('malformedRequest')
  const answers = request.certificates.map((id) => ({
    id: id.raw,
    status: authority.statusOf(id),
    thisUpdate: now,
    nextUpdate: new Date(now.getTime() + validity),
  }))
  const signer = { key: responder.key, certificate: certificateOf(responder) }
  const nonce = request.nonce === undefined ? {} : { nonce: request.nonce }
  return writeOcspResponse({ answers, producedAt: now, ...nonce, signer })
}

function readOrUndefined(bytes: Buffer): OcspRequest | undefined {
  try {
    return readOcspRequest(bytes)
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}
