import type { ConfigurationVersion } from '../../fixtures/configuration-version.ts'
import type { Topology } from '../../fixtures/topology.ts'
import type { IssuedIdentities } from '../pki/issued-identities.ts'
import type { KeyCache } from '../pki/key-cache.ts'
import type { GlobalConfiguration } from '../security-server/global-configuration.ts'
import type { Publishing } from './answer-source-request.ts'
import { type CentralListeners, fixedFacts } from './central-facts.ts'
import { leafOf, makeCentralIdentities } from './central-identities.ts'
import { configurationAnchor } from './configuration-anchor.ts'
import { configurationPublisher } from './configuration-publisher.ts'
import type { PublishedFacts } from './published-facts.ts'
import type { PublishingDecisions } from './publishing-decisions.ts'

export interface PublishingOptions {
  readonly topology: Topology
  readonly newestVersion: ConfigurationVersion
  readonly cache: KeyCache
  readonly issued: IssuedIdentities
  readonly listeners: CentralListeners
  readonly global: () => GlobalConfiguration
  readonly decisions: () => PublishingDecisions
  readonly activeKey: () => number
  readonly now: () => number
}

/** Makes the keys, which takes a moment, and then whatever is asked for. */
export async function startPublishing(options: PublishingOptions): Promise<Publishing> {
  const { topology, listeners, now } = options
  const identities = await makeCentralIdentities(topology, options.cache, options.issued, new Date(now()))
  const fixed = fixedFacts(topology, identities, listeners)
  let facts: PublishedFacts | undefined
  const currentFacts = () => {
    const global = options.global()
    if (facts?.global !== global) facts = { ...fixed, global }
    return facts
  }
  const state = () => ({ facts: currentFacts(), decisions: options.decisions(), activeKey: options.activeKey() })
  // Administrators compare anchors by hash: every download is the same.
  const generatedAt = new Date(now())
  return {
    publisher: configurationPublisher(identities, state, options.newestVersion, now),
    anchor: (source) =>
      configurationAnchor({
        instance: topology.instance,
        generatedAt,
        downloadUrls: [listeners.httpUrl, listeners.httpsUrl].map((url) => `${url}/${source}conf`),
        certificates: identities.signing[source].map(leafOf),
      }),
  }
}
