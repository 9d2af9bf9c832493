import type { VersionProfile } from '../../fixtures/version-profile.ts'
import { fault } from '../fault/fault.ts'

/**
 * The path that access rights are judged by: decoded, normalised, and cut where a URI parser sees a query, a fragment
 * an authority. The provider gets the path as it came, so the two can differ, as they do in the reference.
 */
export function pathForRights(servicePath: string): string | undefined {
  const decoded = decodePath(servicePath)
  const illegal = /[^\p{L}\p{N}\p{M}A-Za-z0-9._~!$&'()*+,;=:@/?#%-]/u.exec(decoded)
  if (illegal !== null) throw fault('uriIllegal', { component: 'path', index: illegal.index, uri: decoded })
  const path = (decoded.split(/[?#]/, 1)[0] as string).replace(/^\/\/[^/]*/, '')
  const judged = decodeOnceMore(normalise(path))
  return judged.includes('..') ? undefined : judged
}

/** The path that older releases judged rights by: normalised as it came, then decoded once. */
export function normalisedPath(servicePath: string): string {
  return decodePath(normalise(servicePath)).replace(/%2d/gi, '-')
}

/** Every escape but that of the hyphen becomes its byte; the hyphen's stays, as in the reference. */
function decodePath(path: string): string {
  if (!path.includes('%')) return path
  if (/%(?![0-9a-fA-F]{2})/.test(path)) throw fault('percentEncodingInvalid')
  const bytes = path.replace(/%(?!2d)([0-9a-fA-F]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function decodeOnceMore(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
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
