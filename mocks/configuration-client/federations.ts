import type { Get } from './bounded-get.ts'
import { downloadConfiguration, type GoodConfiguration } from './download-configuration.ts'
import type { DownloadDecisions } from './download-decisions.ts'
import { withTls } from './download-locations.ts'
import type { TrustAnchor } from './trust-anchor.ts'

/** The setting `configuration-client.allowed-federations`, as far as it does not list instances. */
export type AllowedFederations = 'none' | 'all'

interface Surroundings {
  readonly get: Get
  readonly now: () => number
  readonly allowed: AllowedFederations
}

/**
 * Downloads what the anchors within private parameters lead to, where that is allowed. What goes wrong with the
 * configuration of another instance is that instance's loss.
 */
export async function downloadFederations(
  { files }: GoodConfiguration,
  surroundings: Surroundings,
  decisions: DownloadDecisions,
): Promise<void> {
  if (!decisions.followsFederations(surroundings.allowed === 'all')) return
  for (const anchor of files.flatMap(({ parameters }) => parameters?.anchors ?? [])) {
    await downloadShared(anchor, surroundings, decisions)
  }
}

/** From the first address that serves; of another instance nothing but the shared parameters is wanted. */
async function downloadShared(
  { locations }: TrustAnchor,
  { get, now }: Surroundings,
  decisions: DownloadDecisions,
): Promise<void> {
  for (const location of withTls(locations, decisions)) {
    const shared = ['SHARED-PARAMETERS']
    const downloaded = await downloadConfiguration(location, get, now, undefined, decisions, shared).catch(
      () => undefined,
    )
    if (downloaded !== undefined) return
  }
}
