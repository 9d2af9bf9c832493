import { type DownloadSurroundings, downloadConfiguration, type GoodConfiguration } from './download-configuration.ts'
import { inOrder } from './download-locations.ts'
import type { TrustAnchor } from './trust-anchor.ts'

/** The setting `configuration-client.allowed-federations`, as far as it does not list instances. */
export type AllowedFederations = 'none' | 'all'

/**
 * Downloads what the anchors within private parameters lead to, where that is allowed. What goes wrong with the
 * configuration of another instance is that instance's loss.
 */
export async function downloadFederations(
  { files }: GoodConfiguration,
  allowed: AllowedFederations,
  surroundings: DownloadSurroundings,
): Promise<void> {
  if (!surroundings.decisions.followsFederations(allowed === 'all')) return
  for (const anchor of files.flatMap(({ parameters }) => parameters?.anchors ?? [])) {
    await downloadShared(anchor, surroundings)
  }
}

/** From the first address that serves; of another instance nothing but the shared parameters is wanted. */
async function downloadShared({ locations }: TrustAnchor, surroundings: DownloadSurroundings): Promise<void> {
  for (const location of inOrder(locations, surroundings)) {
    const shared = ['SHARED-PARAMETERS']
    const downloaded = await downloadConfiguration(location, surroundings, undefined, shared).catch(() => undefined)
    if (downloaded !== undefined) return
  }
}
