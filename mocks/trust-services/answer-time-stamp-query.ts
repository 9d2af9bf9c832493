import { randomBytes } from 'node:crypto'
import { DerError } from '../pki/der-reader.ts'
import { certificateOf, type Identity } from '../pki/identity.ts'
import { readTimeStampQuery, type TimeStampQuery } from '../pki/time-stamp-query.ts'
import { rejectTimeStampQuery, type TimeStampFailure, writeTimeStampResponse } from '../pki/time-stamp-response.ts'
import { answerWith, refuseRequest, type TrustAnswer, type TrustRequest } from './trust-answer.ts'

export interface TimeStampingService {
  readonly authority: Identity
  readonly now: Date
}

/** The one policy, under a number that is free for examples. */
const timeStampPolicy = '1.2.3.4.1'

/** Bytes of a hash. SHA-1 is no longer stamped. */
const hashLengths: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 }
const queryType = 'application/timestamp-query'

/** Stamps what is asked for over HTTP (RFC 3161 3.4); what cannot be stamped is answered with status 200 and the reason. */
export function answerTimeStampQuery(service: TimeStampingService, request: TrustRequest): TrustAnswer {
  if (request.method !== 'POST') return refuseRequest(405, 'Ask by POST.', { Allow: 'POST' })
  if (request.contentType !== queryType) return refuseRequest(400, `A query has the Content-Type ${queryType}.`)
  return answerWith('application/timestamp-reply', stamp(service, request.body))
}

function stamp({ authority, now }: TimeStampingService, bytes: Buffer): Buffer {
  const query = readOrReason(bytes)
  if (typeof query === 'string') return rejectTimeStampQuery('badDataFormat', `The query cannot be read: ${query}.`)
  const [failure, text] = whyNot(query) ?? []
  if (failure !== undefined) return rejectTimeStampQuery(failure, text ?? '')
  return writeTimeStampResponse({
    policy: timeStampPolicy,
    imprint: query.imprint,
    serialNumber: Buffer.concat([Buffer.of(0x40), randomBytes(8)]),
    time: now,
    ...(query.nonce !== undefined && { nonce: query.nonce }),
    signer: { key: authority.key, certificate: certificateOf(authority) },
    withCertificate: query.wantsCertificate,
  })
}

function whyNot({ digest = '', hash, policy, hasExtensions }: TimeStampQuery): [TimeStampFailure, string] | undefined {
  const length = hashLengths[digest]
  if (length === undefined) return ['badAlg', 'Only hashes by SHA-256, SHA-384 and SHA-512 are stamped.']
  if (hash.length !== length) return ['badDataFormat', `A hash of that algorithm has ${length} bytes.`]
  if (policy !== undefined && policy !== timeStampPolicy) {
    return ['unacceptedPolicy', `Stamps are made under the policy ${timeStampPolicy}.`]
  }
  return hasExtensions ? ['unacceptedExtension', 'No extensions are known here.'] : undefined
}

function readOrReason(bytes: Buffer): TimeStampQuery | string {
  try {
    return readTimeStampQuery(bytes)
  } catch (error) {
    if (error instanceof DerError) return error.message
    throw error
  }
}
