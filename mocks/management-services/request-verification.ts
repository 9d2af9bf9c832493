import type { ClientId } from '../../fixtures/identifiers.ts'
import type { CertificateTrust } from './certificate-trust.ts'
import type { ManagementDecisions } from './management-decisions.ts'

/** What a request is held against. */
export interface RequestVerification {
  readonly trust: CertificateTrust
  /** Provider of the management services. */
  readonly provider: ClientId
  readonly at: Date
  readonly decisions: ManagementDecisions
}
