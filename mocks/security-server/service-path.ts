import type { VersionProfile } from '../../fixtures/version-profile.ts'
import { decodeUriPath } from '../message/uri-path.ts'
import { decodeEscapes, pathOfUri } from './java-uri.ts'

/**
 * The path that access rights are judged by: decoded, normalised, and cut where a URI parser sees a query, a fragment or
 * an authority. The provider gets the path as it came, so the two can differ, as they do in the reference.
 */
export function pathForRights(servicePath: string): string | undefined {
  const judged = decodeEscapes(normalise(pathOfUri(decodeUriPath(servicePath, true))))
  return judged.includes('..') ? undefined : judged
}

/** The path that older releases judged rights by: normalised as it came, then decoded once. */
export function normalisedPath(servicePath: string): string {
  return decodeUriPath(normalise(servicePath), true).replace(/%2d/gi, '-')
}

/** Resolves `.` and `..` and collapses empty segments; what climbs above the start keeps its `..`. */
function normalise(path: string): string {
  if (!/\/\/|(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return path
  const kept: string[] = []
  const segments = path.split('/')
  const last = segments.at(-1) ?? ''
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue
    if (segment === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else kept.push(segment)
  }
  const directory = last === '' || last === '.' || last === '..'
  const joined = `${path.startsWith('/') ? '/' : ''}${kept.join('/')}`
  return directory && kept.length > 0 && kept.at(-1) !== '..' ? `${joined}/` : joined
}

/** The path that rights are judged by, computed when the release looks at it; throws if it is no URI. */
export function judgedPath(servicePath: string, { quirks }: VersionProfile): () => string | undefined {
  if (quirks.pathForRights === 'normalised-first') return () => normalisedPath(servicePath)
  if (quirks.pathChecked === 'with-rights') return () => pathForRights(servicePath)
  const path = pathForRights(servicePath)
  return () => path
}

/** One slash between the address of the service and the path. */
export function joinPath(address: string, path: string): string {
  return address.endsWith('/') && path.startsWith('/') ? address + path.slice(1) : address + path
}
