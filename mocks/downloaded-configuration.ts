import type { Topology } from '../fixtures/topology.ts'
import { getAnchor } from './configuration-client/bounded-get.ts'
import {
  type ConfigurationClient,
  type ConfigurationClientOptions,
  configurationClient,
  type Refresh,
} from './configuration-client/configuration-client.ts'
import type { GoodConfiguration } from './configuration-client/download-configuration.ts'
import type { GlobalConfiguration } from './security-server/global-configuration.ts'
import type { ServerConfiguration } from './security-server/server-configuration.ts'

/** The global configuration as the security servers of this process have downloaded it, one for all. */
export interface DownloadedConfiguration {
  readonly client: ConfigurationClient
  /** What the last good download says; what was known at the start before the first. */
  global(): GlobalConfiguration
  /** Downloads what is published now; never rejects. */
  update(): Promise<Refresh>
}

export interface DownloadOptions
  extends Pick<ConfigurationClientOptions, 'decisions' | 'locate' | 'release' | 'validAtFirst'> {
  readonly topology: Topology
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
  ...options
}: DownloadOptions): DownloadedConfiguration {
  let hash: string | undefined
  let global = initially

  const client = configurationClient({
    ...options,
    anchor: () => getAnchor(anchorUrl),
    interval: refreshInterval,
    accepted,
  })

  function accepted({ version, files }: GoodConfiguration): void {
    const shared = files.find(({ identifier }) => identifier === 'SHARED-PARAMETERS')
    if (shared?.parameters?.global === undefined || shared.hash === hash) return
    const before = global
    global = { ...withoutStopped(shared.parameters.global, topology), document: { version, bytes: shared.bytes } }
    hash = shared.hash
    noticed(before, global)
  }

  return {
    client,
    global: () => global,
    async update() {
      // What is on its way may have been published before.
      await client.refreshing()
      return client.refresh()
    },
  }
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
