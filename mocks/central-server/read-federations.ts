import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Topology } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import type { TrustAnchor } from '../configuration-client/trust-anchor.ts'
import type { Keystore } from '../pki/keystore.ts'
import { parseAnchor } from './trusted-anchors.ts'

/** The anchors that a topology names, files relative to a folder; rejects with a UsageError for one that is of no use. */
export async function readFederations(
  { federations }: Topology,
  certificates: Keystore,
  baseFolder = '.',
): Promise<TrustAnchor[]> {
  const anchors = federations.map(async ({ instance, anchorFile, sources }): Promise<TrustAnchor[]> => {
    if (anchorFile !== undefined) return [await readAnchor(resolve(baseFolder, anchorFile), instance)]
    const locations = sources.map((source) => ({
      url: source.downloadUrl,
      certificates: source.certificates.flatMap((name) => certificates.get(name)?.der ?? []),
    }))
    return sources.length === 0 ? [] : [{ instance, generatedAt: undefined, locations }]
  })
  return (await Promise.all(anchors)).flat()
}

async function readAnchor(file: string, instance: string): Promise<TrustAnchor> {
  const xml = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const remedy = `correct the anchorFile of federation "${instance}", or make the file readable`
    throw new UsageError(`${file} cannot be read (${error.code}); ${remedy}`, { cause: error })
  })
  const anchor = parseAnchor(xml, file)
  if (anchor.instance === instance) return anchor
  throw new UsageError(
    `${file} is the anchor of "${anchor.instance}"; write that instance, or the file of "${instance}"`,
  )
}
