import type { DownloadSurroundings, GoodConfiguration } from './download-configuration.ts'
import { findParameters } from './find-parameters.ts'
import type { Parameters } from './parameters.ts'
import type { DownloadLocation, TrustAnchor } from './trust-anchor.ts'

type LocationRules = Pick<DownloadSurroundings, 'release' | 'decisions'>

/**
 * Where to try: first what served last, then the sources that the configuration itself names, then those of the anchor.
 * Older releases know only those of the anchor.
 */
export function locationsFor(
  anchor: TrustAnchor,
  good: GoodConfiguration | undefined,
  rules: LocationRules,
): DownloadLocation[] {
  const named = rules.release.addresses === 'https-everywhere' ? namedSources(anchor, good) : []
  const all = [...inOrder(named, rules), ...inOrder(anchor.locations, rules)]
  const served = all.filter(({ url }) => good?.url.startsWith(`${url}?`)).slice(0, 1)
  return [...served.map((location) => ({ ...location, url: good?.url ?? location.url })), ...all]
}

function namedSources({ instance, locations }: TrustAnchor, good: GoodConfiguration | undefined): DownloadLocation[] {
  const plain = locations.find(({ url }) => url.startsWith('http:'))
  const { pathname = '' } = plain === undefined ? {} : new URL(plain.url)
  const shared = good && findParameters(good.files, 'SHARED-PARAMETERS', instance)
  return (shared?.parameters.sources ?? [])
    .map((source) => ({ url: `http://${source.address}${pathname}`, certificates: certificatesFor(pathname, source) }))
    .filter(({ certificates }) => certificates.length > 0)
}

/** Those of the configuration that has this path; of either where it is no usual one. */
function certificatesFor(pathname: string, { internal, external }: Parameters['sources'][number]) {
  if (pathname === '/internalconf') return internal
  return pathname === '/externalconf' ? external : [...internal, ...external]
}

/** Addresses of HTTPS come first; today they are made from those of HTTP, port and all. In the oldest releases all are equal. */
function inOrder(
  locations: readonly DownloadLocation[],
  { release: { addresses }, decisions: { tlsFirst } }: LocationRules,
): readonly DownloadLocation[] {
  if (addresses === 'anchor') return locations
  const plain = locations.filter(({ url }) => url.startsWith('http:'))
  const listed = locations.filter(({ url }) => url.startsWith('https:'))
  const derived = plain.map((location) => ({ ...location, url: location.url.replace(/^http:/, 'https:') }))
  const secure = addresses === 'https-everywhere' ? derived : listed
  return tlsFirst ? [...secure, ...plain] : [...plain, ...secure]
}
