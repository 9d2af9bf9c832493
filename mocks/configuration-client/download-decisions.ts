import { configurationVersions } from '../../fixtures/configuration-version.ts'

/** What a configuration client settles on its own; a misbehaviour replaces some of it. */
export interface DownloadDecisions {
  /**
   * Versions that are looked for by a client that knows none newer, in this order; version 2 is taken without a look.
   * Where this is undefined, no version is asked for.
   */
  versions(newest: number): readonly number[] | undefined
  readonly tlsFirst: boolean
  /** Files with a known hash are not downloaded again. */
  readonly keepUnchanged: boolean
  readonly verifySignature: boolean
  readonly verifyHashes: boolean
  readonly refuseExpired: boolean
  /** The last good configuration serves on when a download fails. */
  readonly keepsLast: boolean
  /** Refuse a signing certificate whose own dates have passed. */
  readonly judgeCertificates: boolean
  /** Refuse a directory that lists a file without Content-identifier. */
  readonly demandIdentifiers: boolean
  /** Whether the configurations of federated instances are downloaded too. */
  followsFederations(isAllowed: boolean): boolean
}

export const faithfulDownload: DownloadDecisions = {
  versions: (newest) => configurationVersions.filter((version) => version > 2 && version <= newest).toReversed(),
  tlsFirst: true,
  keepUnchanged: true,
  verifySignature: true,
  verifyHashes: true,
  refuseExpired: true,
  keepsLast: true,
  judgeCertificates: false,
  demandIdentifiers: false,
  followsFederations: (isAllowed) => isAllowed,
}
