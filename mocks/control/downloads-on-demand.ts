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
}

export type DownloadOnDemand = (wanted: WantedDownload) => Promise<DownloadOutcome>

/** Clients that have imported an anchor, one for each release and its federations; they keep what they have downloaded. */
export function downloadsOnDemand(
  usual: GlobalConfigurationRules,
  decisions: () => DownloadDecisions,
): DownloadOnDemand {
  const clients = new Map<string, ConfigurationClient>()
  return async ({ anchor, allowedFederations, profile }) => {
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
    clients.set(key, client)
    const { configuration, failures } = await client.refresh()
    return { accepted: configuration !== undefined, valid: client.isValid(), codes: failures.map(({ code }) => code) }
  }
}
