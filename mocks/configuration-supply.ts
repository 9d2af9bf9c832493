import type { ConfigurationClient } from './configuration-client/configuration-client.ts'
import type { DownloadedConfiguration } from './downloaded-configuration.ts'
import type { GlobalConfiguration } from './security-server/global-configuration.ts'

/** Where the security servers of one process have the global configuration from: they download it, or they are told. */
export interface ConfigurationSupply extends Pick<DownloadedConfiguration, 'global' | 'globalFor' | 'updateAll'> {
  /** Theirs, if they download. */
  readonly client: ConfigurationClient | undefined
  /** Lets them have what has just been published; `before` is what they have had. */
  distribute(before: GlobalConfiguration, after: GlobalConfiguration): Promise<void>
  /** Lets them have what is published now, on the side. */
  begin(): void
}

export function suppliedByDownload(download: DownloadedConfiguration): ConfigurationSupply {
  return {
    ...download,
    distribute: async () => void (await download.update()),
    begin: () => void download.update(),
  }
}

/** `global` is what they know at any time, and of no other instance; `notice` is how they are told of a change. */
export function suppliedByWord(
  global: () => GlobalConfiguration,
  notice: (before: GlobalConfiguration, after: GlobalConfiguration) => void,
): ConfigurationSupply {
  return {
    client: undefined,
    global,
    globalFor: global,
    updateAll: async () => undefined,
    distribute: async (before, after) => notice(before, after),
    begin: () => undefined,
  }
}
