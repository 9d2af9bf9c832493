import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import { type DownloadDecisions, faithfulDownload } from '../configuration-client/download-decisions.ts'

/** Mistakes that a security server could make with the configuration that it downloads. */
export const downloadDeviations: Partial<Record<Misbehaviour, Partial<DownloadDecisions>>> = {
  'ask-without-version': { versions: () => undefined },
  'ask-for-newest-version': { versions: () => faithfulDownload.versions(6) },
  'prefer-plain-http': { tlsFirst: false },
  'download-unchanged-files': { keepUnchanged: false },
  'trust-any-signature': { verifySignature: false },
  'trust-any-file': { verifyHashes: false },
  'take-expired-directories': { refuseExpired: false },
  'forget-last-configuration': { keepsLast: false },
  'judge-signing-certificates': { judgeCertificates: true },
  'demand-identifiers': { demandIdentifiers: true },
  'follow-every-federation': { followsFederations: () => true },
  'follow-no-federation': { followsFederations: () => false },
}
