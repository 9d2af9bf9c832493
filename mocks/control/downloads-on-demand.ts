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

/** Clients that have imported an anchor, one for each; they keep what they have downloaded. */
export function downloadsOnDemand(decisions: () => DownloadDecisions): (anchor: string) => Promise<DownloadOutcome> {
  const clients = new Map<string, ConfigurationClient>()
  return async (anchor) => {
    const client = clients.get(anchor) ?? configurationClient({ anchor: async () => anchor, decisions })
    clients.set(anchor, client)
    const { configuration, failures } = await client.refresh()
    return { accepted: configuration !== undefined, valid: client.isValid(), codes: failures.map(({ code }) => code) }
  }
}
