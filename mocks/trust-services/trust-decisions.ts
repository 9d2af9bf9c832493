import type { CertificateStatus, OcspResponseDraft } from '../pki/ocsp-response.ts'
import type { TimeStampDraft } from '../pki/time-stamp-response.ts'

/** What the trust services settle before they sign; a misbehaviour replaces some of it. */
export interface TrustDecisions {
  certificateStatus(status: CertificateStatus): CertificateStatus
  ocspResponse(draft: OcspResponseDraft): OcspResponseDraft
  timeStamp(draft: TimeStampDraft): TimeStampDraft
}

export const faithfulTrust: TrustDecisions = {
  certificateStatus: (status) => status,
  ocspResponse: (draft) => draft,
  timeStamp: (draft) => draft,
}
