import type { GoodConfiguration } from './download-configuration.ts'
import type { DownloadDecisions } from './download-decisions.ts'
import type { DownloadLocation, TrustAnchor } from './trust-anchor.ts'

/** Where to try: first what served last, then the sources that the configuration itself names, then those of the anchor. */
export function locationsFor(
  anchor: TrustAnchor,
  good: GoodConfiguration | undefined,
  decisions: DownloadDecisions,
): DownloadLocation[] {
  const anchored = anchor.locations.filter(({ url }) => url.startsWith('http:'))
  const { pathname = '' } = anchored[0] === undefined ? {} : new URL(anchored[0].url)
  const shared = good?.files.find(({ identifier }) => identifier === 'SHARED-PARAMETERS')
  const named = (shared?.parameters?.sources ?? [])
    .filter(({ certificates }) => certificates.length > 0)
    .map(({ address, certificates }) => ({ url: `http://${address}${pathname}`, certificates }))
  const all = [...withTls(named, decisions), ...withTls(anchored, decisions)]
  const served = all.filter(({ url }) => good?.url.startsWith(`${url}?`)).slice(0, 1)
  return [...served.map((location) => ({ ...location, url: good?.url ?? location.url })), ...all]
}

/** Addresses of HTTPS are made from those of HTTP, port and all, and come first. */
export function withTls(
  locations: readonly DownloadLocation[],
  { tlsFirst }: Pick<DownloadDecisions, 'tlsFirst'>,
): DownloadLocation[] {
  const plain = locations.filter(({ url }) => url.startsWith('http:'))
  const secure = plain.map((location) => ({ ...location, url: location.url.replace(/^http:/, 'https:') }))
  return tlsFirst ? [...secure, ...plain] : [...plain, ...secure]
}
