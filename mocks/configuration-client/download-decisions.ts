/** What a configuration client settles on its own; a misbehaviour replaces some of it. */
export interface DownloadDecisions {
  /** Versions that are looked for, in this order; with none, none is asked for. */
  readonly versions: readonly number[]
  readonly tlsFirst: boolean
  /** Files with a known hash are not downloaded again. */
  readonly keepUnchanged: boolean
  readonly verifySignature: boolean
  readonly verifyHashes: boolean
  readonly refuseExpired: boolean
  /** Refuse a signing certificate whose own dates have passed. */
  readonly judgeCertificates: boolean
  /** Download the configurations of federated instances too (`allowed-federations`, none by default). */
  readonly followFederations: boolean
}

export const faithfulDownload: DownloadDecisions = {
  versions: [6, 5, 4, 3],
  tlsFirst: true,
  keepUnchanged: true,
  verifySignature: true,
  verifyHashes: true,
  refuseExpired: true,
  judgeCertificates: false,
  followFederations: false,
}
