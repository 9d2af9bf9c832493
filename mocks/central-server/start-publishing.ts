import type { Topology } from '../../fixtures/topology.ts'
import type { GlobalConfigurationRules } from '../../fixtures/version-profile.ts'
import type { TrustAnchor } from '../configuration-client/trust-anchor.ts'
import type { IssuedIdentities } from '../pki/issued-identities.ts'
import type { KeyCache } from '../pki/key-cache.ts'
import type { GlobalConfiguration } from '../security-server/global-configuration.ts'
import type { Publishing } from './answer-source-request.ts'
import { type CentralListeners, fixedFacts } from './central-facts.ts'
import { leafOf, makeCentralIdentities } from './central-identities.ts'
import { anchorName, configurationAnchor } from './configuration-anchor.ts'
import { configurationPublisher } from './configuration-publisher.ts'
import type { PublishedFacts } from './published-facts.ts'
import type { PublishingDecisions } from './publishing-decisions.ts'

export interface PublishingOptions {
  readonly topology: Topology
  readonly release: GlobalConfigurationRules
  readonly cache: KeyCache
  readonly issued: IssuedIdentities
  readonly listeners: CentralListeners
  readonly global: () => GlobalConfiguration
  /** Of federated instances; another array for every change. */
  readonly anchors: () => readonly TrustAnchor[]
  readonly decisions: () => PublishingDecisions
  readonly activeKey: () => number
  readonly now: () => number
}

/** Makes the keys, which takes a moment, and then whatever is asked for. */
export async function startPublishing(options: PublishingOptions): Promise<Publishing> {
  const { topology, release, listeners, now } = options
  const identities = await makeCentralIdentities(topology, options.cache, options.issued, new Date(now()))
  const fixed = fixedFacts(topology, identities, listeners)
  let facts: PublishedFacts | undefined
  const currentFacts = () => {
    const [global, anchors] = [options.global(), options.anchors()]
    if (facts?.global !== global || facts.anchors !== anchors) facts = { ...fixed, global, anchors }
    return facts
  }
  const state = () => ({ facts: currentFacts(), decisions: options.decisions(), activeKey: options.activeKey() })
  const addresses = release.overHttps ? [listeners.httpUrl, listeners.httpsUrl] : [listeners.httpUrl]
  // Administrators compare anchors by hash: every download is the same.
  const generatedAt = new Date(now()).toISOString()
  return {
    publisher: configurationPublisher(identities, state, release.version, now),
    anchor: (source) =>
      configurationAnchor({
        instance: topology.instance,
        generatedAt,
        locations: addresses.map((url) => ({
          url: `${url}/${source}conf`,
          certificates: identities.signing[source].map(leafOf),
        })),
      }),
    anchorName: (source) => anchorName(topology.instance, source, generatedAt),
  }
}
