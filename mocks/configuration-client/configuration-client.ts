import { release78 } from '../../fixtures/releases.ts'
import type { GlobalConfigurationRules } from '../../fixtures/version-profile.ts'
import { boundedGet, type Get } from './bounded-get.ts'
import { ConfigurationFailure } from './configuration-failure.ts'
import { downloadConfiguration, type GoodConfiguration } from './download-configuration.ts'
import { type DownloadDecisions, faithfulDownload } from './download-decisions.ts'
import { locationsFor } from './download-locations.ts'
import { downloadFederations, type Federations } from './federations.ts'
import { findParameters } from './find-parameters.ts'
import { parametersIdentifiers } from './parameters.ts'
import { readTrustAnchor } from './trust-anchor.ts'
import { rememberCertificates } from './verification-certificates.ts'

export interface ConfigurationClientOptions {
  /** The anchor's XML, read anew for every refresh. */
  anchor(): Promise<string>
  readonly now?: () => number
  readonly get?: Get
  readonly decisions?: () => DownloadDecisions
  /** What the release knows that the server plays; the newest by default. */
  readonly release?: GlobalConfigurationRules
  /** Milliseconds between downloads; only on demand without it. */
  readonly interval?: number
  /** Milliseconds that one download may take; 30 000 by default. */
  readonly timeLimit?: number
  /** Where an address of the configuration is reached from here: there, unless the networks have different names. */
  locate?(url: string): string
  /** Told of every configuration that passed. */
  accepted?(configuration: GoodConfiguration): void
  /** Whether the configuration of a federated instance is downloaded too; none by default. */
  allowsFederation?(instance: string): boolean
  /** Whether messages may be exchanged until the first refresh has ended; true by default. */
  readonly validAtFirst?: boolean
}

/** The outcome of a refresh: the failures of the addresses that were tried, none if the first one served. */
export interface Refresh {
  readonly configuration: GoodConfiguration | undefined
  readonly failures: readonly ConfigurationFailure[]
}

export interface ConfigurationClient {
  /** Downloads and verifies; whatever goes wrong, the last good configuration stays. Never rejects. */
  refresh(): Promise<Refresh>
  /** The same of the own configuration; those of federated instances, which may be slow, follow by themselves. */
  refreshOwn(): Promise<Refresh>
  /** Resolves when the download of the own configuration that goes on has ended; at once if there is none. */
  refreshing(): Promise<unknown>
  /** The last good configuration, even if it has expired. */
  current(): GoodConfiguration | undefined
  /** The last good configurations of federated instances, those included that have expired. */
  federations(): Federations
  /** Whether messages may be exchanged: there are unexpired parameters, both shared and private, of the own instance. */
  isValid(): boolean
  stop(): void
}

/** Keeps a security server's copy of the global configuration. */
export function configurationClient(options: ConfigurationClientOptions): ConfigurationClient {
  const { now = Date.now, decisions = () => faithfulDownload, release = release78.quirks.globalConfiguration } = options
  const { allowsFederation: allows = () => false } = options
  const get = options.get ?? boundedGet(options.timeLimit, options.locate)
  const trust = rememberCertificates()
  const surroundings = () => ({ get, now, trust, release, decisions: decisions() })
  let good: GoodConfiguration | undefined
  let federations: Federations = new Map()
  let instance: string | undefined
  let refreshing: Promise<Refresh> | undefined
  let following: Promise<void> | undefined
  let hasTried = false

  async function download(): Promise<Refresh> {
    const failures: ConfigurationFailure[] = []
    try {
      const anchor = readTrustAnchor(await options.anchor())
      instance = anchor.instance
      const around = surroundings()
      for (const location of locationsFor(anchor, good, around)) {
        try {
          good = await downloadConfiguration(location, around, good)
          options.accepted?.(good)
          return { configuration: good, failures }
        } catch (error) {
          failures.push(asFailure(error, 'internal_error'))
        }
      }
    } catch (error) {
      failures.push(asFailure(error, 'anchor_file_not_found'))
    } finally {
      hasTried = true
    }
    if (!decisions().keepsLast) good = undefined
    return { configuration: undefined, failures }
  }

  function downloadOnce(): Promise<Refresh> {
    refreshing ??= download().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  /** Those of federated instances, as the own configuration now names them. */
  async function follow(): Promise<void> {
    // What goes on may have begun with an older one.
    await following
    if (good === undefined || instance === undefined) return
    following ??= downloadFederations(good, instance, { ...surroundings(), allows, last: federations })
      .then((downloaded) => {
        federations = downloaded
      })
      .finally(() => {
        following = undefined
      })
    await following
  }

  async function refresh(): Promise<Refresh> {
    const outcome = await downloadOnce()
    await follow()
    return outcome
  }

  const timer = options.interval === undefined ? undefined : setInterval(refresh, options.interval).unref()

  return {
    refresh,
    async refreshOwn() {
      const outcome = await downloadOnce()
      void follow()
      return outcome
    },
    refreshing: async () => refreshing,
    current: () => good,
    federations: () => federations,
    isValid() {
      if (!hasTried) return options.validAtFirst ?? true
      if (good === undefined || now() > good.expires) return false
      const { files } = good
      return parametersIdentifiers.every((wanted) => findParameters(files, wanted, instance) !== undefined)
    },
    stop: () => clearInterval(timer),
  }
}

function asFailure(error: unknown, code: string): ConfigurationFailure {
  if (error instanceof ConfigurationFailure) return error
  return new ConfigurationFailure(code, error instanceof Error ? error.message : String(error), { cause: error })
}
