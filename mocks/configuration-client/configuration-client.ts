import { request } from 'undici'
import { ConfigurationFailure } from './configuration-failure.ts'
import { downloadConfiguration, type Get, type GoodConfiguration } from './download-configuration.ts'
import { type DownloadDecisions, faithfulDownload } from './download-decisions.ts'
import { type DownloadLocation, readTrustAnchor, type TrustAnchor } from './trust-anchor.ts'

export interface ConfigurationClientOptions {
  /** The anchor's XML, read anew for every refresh. */
  anchor(): Promise<string>
  readonly now?: () => number
  readonly get?: Get
  readonly decisions?: () => DownloadDecisions
  /** Milliseconds between downloads; only on demand without it. */
  readonly interval?: number
  /** Milliseconds that one download may take; 30 000 by default. */
  readonly timeLimit?: number
  /** Where an address of the configuration is reached from here: there, unless the networks have different names. */
  locate?(url: string): string
  /** Told of every configuration that passed. */
  accepted?(configuration: GoodConfiguration): void
}

/** The outcome of a refresh: the failures of the addresses that were tried, none if the first one served. */
export interface Refresh {
  readonly configuration: GoodConfiguration | undefined
  readonly failures: readonly ConfigurationFailure[]
}

export interface ConfigurationClient {
  /** Downloads and verifies; whatever goes wrong, the last good configuration stays. Never rejects. */
  refresh(): Promise<Refresh>
  /** Resolves when the download that goes on has ended; at once if there is none. */
  refreshing(): Promise<unknown>
  /** The last good configuration, even if it has expired. */
  current(): GoodConfiguration | undefined
  /** Whether messages may be exchanged: there are unexpired parameters, both shared and private, of the own instance. */
  isValid(): boolean
  stop(): void
}

/** Keeps a security server's copy of the global configuration. Until the first refresh has ended it counts as valid. */
export function configurationClient(options: ConfigurationClientOptions): ConfigurationClient {
  const { now = Date.now, decisions = () => faithfulDownload } = options
  const get = options.get ?? boundedGet(options.timeLimit ?? defaultTimeLimit, options.locate)
  let good: GoodConfiguration | undefined
  let instance: string | undefined
  let refreshing: Promise<Refresh> | undefined
  let hasTried = false

  async function refresh(): Promise<Refresh> {
    const failures: ConfigurationFailure[] = []
    try {
      const anchor = readTrustAnchor(await options.anchor())
      instance = anchor.instance
      for (const location of locationsFor(anchor, good, decisions())) {
        try {
          good = await downloadConfiguration(location, get, now, good, decisions())
          options.accepted?.(good)
          if (decisions().followFederations) await visitFederations(good, get, now)
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
    return { configuration: undefined, failures }
  }

  const refreshOnce = () => {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }
  const timer = options.interval === undefined ? undefined : setInterval(refreshOnce, options.interval).unref()

  return {
    refresh: refreshOnce,
    refreshing: async () => refreshing,
    current: () => good,
    isValid() {
      if (!hasTried) return true
      const has = (identifier: string) =>
        good?.files.some((file) => file.identifier === identifier && file.instance === instance) === true
      return good !== undefined && now() <= good.expires && has('SHARED-PARAMETERS') && has('PRIVATE-PARAMETERS')
    },
    stop: () => clearInterval(timer),
  }
}

/**
 * Where to try: first what served last, then the sources that the configuration itself names, then those of the anchor.
 * Addresses of HTTPS are made from those of HTTP, and come first.
 */
function locationsFor(
  { locations }: TrustAnchor,
  good: GoodConfiguration | undefined,
  { tlsFirst }: DownloadDecisions,
): DownloadLocation[] {
  const anchored = locations.filter(({ url }) => url.startsWith('http:'))
  const { pathname = '' } = anchored[0] === undefined ? {} : new URL(anchored[0].url)
  const shared = good?.files.find(({ identifier }) => identifier === 'SHARED-PARAMETERS')
  const named = (shared?.parameters?.sources ?? [])
    .filter(({ certificates }) => certificates.length > 0)
    .map(({ address, certificates }) => ({ url: `http://${address}${pathname}`, certificates }))
  const all = [named, anchored].flatMap((list) =>
    tlsFirst ? [...list.map(overTls), ...list] : [...list, ...list.map(overTls)],
  )
  const served = all.filter(({ url }) => good?.url.startsWith(`${url}?`)).slice(0, 1)
  return [...served.map((location) => ({ ...location, url: good?.url ?? location.url })), ...all]
}

/** What goes wrong with the configuration of another instance is that instance's loss. */
async function visitFederations({ files }: GoodConfiguration, get: Get, now: () => number): Promise<void> {
  const anchors = files.flatMap(({ parameters }) => parameters?.anchors ?? [])
  for (const location of anchors.flatMap(({ locations }) => locations)) {
    await downloadConfiguration(location, get, now, undefined).catch(() => undefined)
  }
}

function overTls(location: DownloadLocation): DownloadLocation {
  return { ...location, url: location.url.replace(/^http:/, 'https:') }
}

function asFailure(error: unknown, code: string): ConfigurationFailure {
  if (error instanceof ConfigurationFailure) return error
  return new ConfigurationFailure(code, error instanceof Error ? error.message : String(error), { cause: error })
}

/** Bytes and milliseconds that one download may take. */
const sizeLimit = 64 * 1024 * 1024
const defaultTimeLimit = 30_000

function boundedGet(timeLimit: number, locate = (url: string) => url): Get {
  return async (url) => {
    const { statusCode, body } = await request(locate(url), { signal: AbortSignal.timeout(timeLimit) })
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > sizeLimit) throw new Error(`${url} answers with more than ${sizeLimit} bytes`)
      chunks.push(chunk)
    }
    return { status: statusCode, body: Buffer.concat(chunks) }
  }
}
