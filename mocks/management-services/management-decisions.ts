import { admitRequest } from './admit-request.ts'
import { carryOut } from './carry-out.ts'
import { verifySigningCertificate } from './certificate-trust.ts'
import type { ManagementEndpoint } from './management-paths.ts'
import type { Attachment, ManagementRequest } from './management-request.ts'
import { writeManagementResponse } from './management-response.ts'
import { findManagementService } from './management-service.ts'
import { isSigned } from './member-signature.ts'
import { isForProvider, verifyAddress, verifyClient, verifyName, verifyOwner, verifySender } from './request-claims.ts'
import { readRequestFields } from './request-fields.ts'

export interface ManagementAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

/** What the management services settle on their way from request to register; a misbehaviour replaces some of it. */
export interface ManagementDecisions {
  isAllowed(method: string): boolean
  /** Bytes that the web server in front passes on; more of them it refuses (MGMT-28). */
  bodyLimit(): number
  /** Bytes of a request that are looked at; what comes behind them is cut off (MGMT-28). */
  sizeLimit(): number
  findService: typeof findManagementService
  readFields: typeof readRequestFields
  /** The parts behind the SOAP message, in the order in which they count. */
  attachments(parts: readonly Attachment[]): readonly Attachment[]
  /** Whether a request that should be signed has to be. */
  needsSignature(request: ManagementRequest): boolean
  isSigned: typeof isSigned
  verifySigningCertificate: typeof verifySigningCertificate
  verifySender: typeof verifySender
  verifyClient: typeof verifyClient
  verifyOwner: typeof verifyOwner
  isForProvider: typeof isForProvider
  verifyName: typeof verifyName
  verifyAddress: typeof verifyAddress
  /** Whether the certificate that comes with a registration is the one that the registration is for. */
  isSameCertificate(part: Buffer, field: Buffer | undefined): boolean
  admitRequest: typeof admitRequest
  /** Whether a request is carried out at once, where it may wait for somebody. */
  isApproved(byItself: boolean): boolean
  carryOut: typeof carryOut
  requestId(id: number): number
  writeResponse: typeof writeManagementResponse
  answer(answer: ManagementAnswer, endpoint: ManagementEndpoint): ManagementAnswer
}

export const faithfulManagement: ManagementDecisions = {
  isAllowed: (method) => method === 'POST',
  bodyLimit: () => 50 * 1024,
  sizeLimit: () => 100_000,
  findService: findManagementService,
  readFields: readRequestFields,
  attachments: (parts) => parts,
  needsSignature: () => true,
  isSigned,
  verifySigningCertificate,
  verifySender,
  verifyClient,
  verifyOwner,
  isForProvider,
  verifyName,
  verifyAddress,
  isSameCertificate: (part, field) => field?.equals(part) ?? false,
  admitRequest,
  isApproved: (byItself) => byItself,
  carryOut,
  requestId: (id) => id,
  writeResponse: writeManagementResponse,
  answer: (answer) => answer,
}
