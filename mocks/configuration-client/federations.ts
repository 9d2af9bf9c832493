import type { Get } from './bounded-get.ts'
import { type DownloadSurroundings, downloadConfiguration, type GoodConfiguration } from './download-configuration.ts'
import { locationsFor } from './download-locations.ts'
import { findParameters } from './find-parameters.ts'
import type { TrustAnchor } from './trust-anchor.ts'

/** The last good configuration of each federated instance, by the instance that its anchor names. */
export type Federations = ReadonlyMap<string, GoodConfiguration>

interface FederationSurroundings extends DownloadSurroundings {
  /** Whether the configuration of that instance may be used. */
  readonly allows: (instance: string) => boolean
  readonly last: Federations
}

/** Milliseconds until no more is asked for of a federated instance: the next download waits for the end of this one. */
const timeLimit = 30_000

/**
 * Downloads what the anchors within private parameters lead to, where that is allowed. What goes wrong with the
 * configuration of another instance is that instance's loss: its last good one stays, as long as there is an anchor.
 */
export async function downloadFederations(
  { files }: GoodConfiguration,
  own: string,
  { allows, last, ...surroundings }: FederationSurroundings,
): Promise<Federations> {
  const { anchors = [] } = findParameters(files, 'PRIVATE-PARAMETERS', own)?.parameters ?? {}
  const followed = anchors.filter(({ instance }) => surroundings.decisions.followsFederations(allows(instance)))
  const downloaded = followed.map(async (anchor) => {
    const known = last.get(anchor.instance)
    const get = forAWhile(surroundings.get)
    return [anchor.instance, await downloadShared(anchor, known, { ...surroundings, get }).catch(() => known)] as const
  })
  const federations = new Map<string, GoodConfiguration>()
  for (const [instance, good] of await Promise.all(downloaded)) if (good !== undefined) federations.set(instance, good)
  return federations
}

/** From the first address that serves, or what is known; nothing but the shared parameters of it is wanted. */
async function downloadShared(
  anchor: TrustAnchor,
  known: GoodConfiguration | undefined,
  surroundings: DownloadSurroundings,
): Promise<GoodConfiguration | undefined> {
  for (const location of locationsFor(anchor, known, surroundings)) {
    const shared = ['SHARED-PARAMETERS']
    const downloaded = await downloadConfiguration(location, surroundings, known, shared).catch(() => undefined)
    if (downloaded !== undefined) return downloaded
  }
  return known
}

/** However many files a directory lists, and however slowly each of them comes. */
function forAWhile(get: Get): Get {
  const signal = AbortSignal.timeout(timeLimit)
  return async (url) => {
    signal.throwIfAborted()
    return get(url)
  }
}
