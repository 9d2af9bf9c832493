import { type ConfigurationClient, configurationClient } from '../configuration-client/configuration-client.ts'
import type { DownloadDecisions } from '../configuration-client/download-decisions.ts'
import type { AllowedFederations } from '../configuration-client/federations.ts'

export interface DownloadOutcome {
  /** Whether a configuration was downloaded and passed every check. */
  readonly accepted: boolean
  /** Whether messages may be exchanged now, by this configuration or by the one before. */
  readonly valid: boolean
  /** What went wrong, by address in turn. */
  readonly codes: readonly string[]
}

export type DownloadOnDemand = (anchor: string, allowedFederations: AllowedFederations) => Promise<DownloadOutcome>

/** Clients that have imported an anchor, one for each and its federations; they keep what they have downloaded. */
export function downloadsOnDemand(decisions: () => DownloadDecisions): DownloadOnDemand {
  const clients = new Map<string, ConfigurationClient>()
  return async (anchor, allowedFederations) => {
    const key = `${allowedFederations} ${anchor}`
    const client =
      clients.get(key) ?? configurationClient({ anchor: async () => anchor, decisions, allowedFederations })
    clients.set(key, client)
    const { configuration, failures } = await client.refresh()
    return { accepted: configuration !== undefined, valid: client.isValid(), codes: failures.map(({ code }) => code) }
  }
}
