import type { X509Certificate } from 'node:crypto'
import { invalidRequest, ManagementFault } from './management-fault.ts'
import type { Attachment, ManagementRequest } from './management-request.ts'
import type { RequestVerification } from './request-verification.ts'

export interface Signature {
  readonly bytes: Buffer
  readonly algorithm: string
}

/** A signature with its algorithm; throws a ManagementFault that names what is missing (MGMT-09). */
export function requireSignature(part: Attachment | undefined, whose: 'Client' | 'Auth' | 'Owner'): Signature {
  const bytes = requirePart(part, `${whose} signature is missing`)
  const { algorithm } = part as Attachment
  if (algorithm === undefined || algorithm === '') throw invalidRequest(`${whose} signature algorithm id is missing`)
  return { bytes, algorithm }
}

/** The bytes of a part; throws a ManagementFault where there is none (MGMT-06). */
export function requirePart(part: Attachment | undefined, refusal: string): Buffer {
  if (part === undefined) throw invalidRequest(refusal)
  return part.bytes
}

/** For a part behind the last one (MGMT-06). */
export function unexpectedPart(): ManagementFault {
  return new ManagementFault('internalError', 'Unexpected content in multipart')
}

/** Throws a ManagementFault unless the key of the certificate has signed the SOAP message as it came. */
export function verifySignature(
  { part }: ManagementRequest,
  { bytes, algorithm }: Signature,
  { publicKey }: X509Certificate,
  { decisions }: RequestVerification,
  refusal: string,
): void {
  if (decisions.isSigned(part, bytes, algorithm, publicKey)) return
  throw new ManagementFault('invalidSignatureValue', refusal)
}
