import type { RunningCentralServer } from './central-server/central-server.ts'
import { type ConfigurationClient, configurationClient } from './configuration-client/configuration-client.ts'
import type { DownloadDecisions } from './configuration-client/download-decisions.ts'
import type { ServerConfiguration } from './security-server/server-configuration.ts'

/** Milliseconds between downloads (configuration-client.update-interval). */
const refreshInterval = 60_000

/** Downloads now and every minute, on the side: nobody waits for it. */
export function startDownloads(
  { anchorUrl }: RunningCentralServer,
  decisions: () => DownloadDecisions,
): ConfigurationClient {
  const anchor = async () => (await fetch(anchorUrl.internal)).text()
  const client = configurationClient({ anchor, decisions, interval: refreshInterval })
  void client.refresh()
  return client
}

/** What a server has configured, with a global configuration that is as good as the one it has downloaded. */
export function withDownload(configuration: ServerConfiguration, client: ConfigurationClient | undefined) {
  if (client === undefined || client.isValid()) return configuration
  return { ...configuration, settings: { ...configuration.settings, globalConfigurationValid: false } }
}
