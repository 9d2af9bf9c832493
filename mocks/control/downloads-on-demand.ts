import { type AllowedFederations, allowsFederation } from '../../fixtures/federation.ts'
import { requireProfile } from '../../fixtures/require-profile.ts'
import type { GlobalConfigurationRules } from '../../fixtures/version-profile.ts'
import { type ConfigurationClient, configurationClient } from '../configuration-client/configuration-client.ts'
import type { DownloadDecisions } from '../configuration-client/download-decisions.ts'

export interface DownloadOutcome {
  /** Whether a configuration was downloaded and passed every check. */
  readonly accepted: boolean
  /** Whether messages may be exchanged now, by this configuration or by the one before. */
  readonly valid: boolean
  /** What went wrong, by address in turn. */
  readonly codes: readonly string[]
}

export interface WantedDownload {
  readonly anchor: string
  readonly allowedFederations: AllowedFederations
  /** Name of the profile whose release downloads; that of the environment by default. */
  readonly profile?: string
  /** Code of the server that goes by it from then on. */
  readonly server?: string
}

export interface DownloadsOnDemand {
  download(wanted: WantedDownload): Promise<DownloadOutcome>
  /** What a server goes by that has imported an anchor of its own. */
  clientOf(server: string): ConfigurationClient | undefined
  /** Has a server go by the anchor of all others again. */
  forget(server: string): void
}

/** How many clients are kept; the one that came first makes room, unless a server goes by it. */
const capacity = 100

/** Clients that have imported an anchor, one for each release and its federations; they keep what they have downloaded. */
export function downloadsOnDemand(
  usual: GlobalConfigurationRules,
  decisions: () => DownloadDecisions,
): DownloadsOnDemand {
  const clients = new Map<string, ConfigurationClient>()
  const importing = new Map<string, ConfigurationClient>()

  function makeRoom(): void {
    if (clients.size <= capacity) return
    const used = new Set(importing.values())
    const unused = [...clients].find(([, client]) => !used.has(client))
    if (unused !== undefined) clients.delete(unused[0])
  }

  return {
    async download({ anchor, allowedFederations, profile, server }) {
      const key = JSON.stringify([profile, allowedFederations, anchor])
      const release = profile === undefined ? usual : requireProfile(profile).quirks.globalConfiguration
      const client =
        clients.get(key) ??
        configurationClient({
          anchor: async () => anchor,
          release,
          decisions,
          allowsFederation: (instance) => allowsFederation(allowedFederations, instance),
        })
      if (server !== undefined) importing.set(server, client)
      clients.set(key, client)
      makeRoom()
      const { configuration, failures } = await client.refresh()
      return { accepted: configuration !== undefined, valid: client.isValid(), codes: failures.map(({ code }) => code) }
    },
    clientOf: (server) => importing.get(server),
    forget: (server) => void importing.delete(server),
  }
}
