import { type AllowedFederations, allowsFederation } from '../fixtures/federation.ts'
import type { Topology } from '../fixtures/topology.ts'
import { getAnchor } from './configuration-client/bounded-get.ts'
import {
  type ConfigurationClient,
  type ConfigurationClientOptions,
  configurationClient,
  type Refresh,
} from './configuration-client/configuration-client.ts'
import type { GoodConfiguration } from './configuration-client/download-configuration.ts'
import type { DownloadDecisions } from './configuration-client/download-decisions.ts'
import { findParameters } from './configuration-client/find-parameters.ts'
import type { FederatedInstance, GlobalConfiguration } from './security-server/global-configuration.ts'
import type { ServerConfiguration } from './security-server/server-configuration.ts'

/** The global configuration as the security servers of this process have downloaded it, one for all. */
export interface DownloadedConfiguration {
  readonly client: ConfigurationClient
  /** What the last good download says, of its own instance; what was known at the start before the first. */
  global(): GlobalConfiguration
  /** The same with the federated instances that a server allows. */
  globalFor(allowed: AllowedFederations): GlobalConfiguration
  /** Downloads what is published now, without waiting for those of federated instances; never rejects. */
  update(): Promise<Refresh>
  /** The same with them; takes as long as the slowest. */
  updateAll(): Promise<void>
}

export interface DownloadOptions
  extends Pick<ConfigurationClientOptions, 'locate' | 'now' | 'release' | 'validAtFirst'> {
  readonly topology: Topology
  readonly decisions: () => DownloadDecisions
  /** What those servers allow that this copy is for. */
  allowed(): readonly AllowedFederations[]
  /** Where the anchor is downloaded. */
  readonly anchorUrl: string
  /** What is known at the start. */
  readonly initially: GlobalConfiguration
  /** Told when another configuration has come. */
  noticed(before: GlobalConfiguration, after: GlobalConfiguration): void
}

/** Milliseconds between downloads (configuration-client.update-interval). */
const refreshInterval = 60_000

/** Downloads every minute on the side, the first time when it is told to. */
export function downloadedConfiguration({
  topology,
  anchorUrl,
  initially,
  noticed,
  allowed,
  ...options
}: DownloadOptions): DownloadedConfiguration {
  const { now = Date.now } = options
  let hash: string | undefined
  let global = initially

  const client = configurationClient({
    ...options,
    anchor: () => getAnchor(anchorUrl),
    interval: refreshInterval,
    allowsFederation: (instance) => allowed().some((one) => allowsFederation(one, instance)),
    accepted,
  })

  function accepted({ version, files }: GoodConfiguration): void {
    const shared = findParameters(files, 'SHARED-PARAMETERS', topology.instance)
    if (shared?.parameters.global === undefined || shared.hash === hash) return
    const before = global
    global = { ...withoutStopped(shared.parameters.global, topology), document: { version, bytes: shared.bytes } }
    hash = shared.hash
    noticed(before, global)
  }

  return {
    client,
    global: () => global,
    globalFor(allowed) {
      const federated = [...client.federations()]
        .filter(([instance]) => options.decisions().followsFederations(allowsFederation(allowed, instance)))
        .flatMap(([, good]) => federatedInstance(good, topology.instance, now()))
      // Most servers allow none: they are spared a copy for every message.
      return federated.length === 0 ? global : { ...global, federated }
    },
    async update() {
      // What is on its way may have been published before.
      await client.refreshing()
      return client.refreshOwn()
    },
    async updateAll() {
      await client.refreshing()
      await client.refresh()
    },
  }
}

/** Nothing of an instance that names itself as this one, or so that no folder could have its name: neither is federated. */
function federatedInstance(
  { version, files, expires }: GoodConfiguration,
  own: string,
  now: number,
): FederatedInstance[] {
  // Whatever its anchor calls it.
  const shared = files.findLast(({ parameters }) => parameters?.global !== undefined)
  const global = shared?.parameters?.global
  if (shared === undefined || global === undefined || global.instance === own || !isFolder(global.instance)) return []
  return [{ configuration: { ...global, document: { version, bytes: shared.bytes } }, isExpired: expires <= now }]
}

/** `/verificationconf` hands out each in a folder of its name, which must not lead out of there. */
function isFolder(instance: string): boolean {
  return !/[/\\]|^\.{0,2}$/.test(instance)
}

/** Nobody but the topology says which servers do not run; they are tried last. */
function withoutStopped(global: GlobalConfiguration, { servers }: Topology): GlobalConfiguration {
  const stopped = new Set(servers.filter(({ running }) => !running).map(({ code }) => code))
  return { ...global, servers: global.servers.map((server) => ({ ...server, running: !stopped.has(server.code) })) }
}

/** What a server has configured, with a global configuration that is as good as the one it has downloaded. */
export function withDownload(configuration: ServerConfiguration, client: ConfigurationClient | undefined) {
  if (client === undefined || client.isValid()) return configuration
  return { ...configuration, settings: { ...configuration.settings, globalConfigurationValid: false } }
}
