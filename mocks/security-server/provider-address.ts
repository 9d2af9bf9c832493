import { plainHost } from '../../fixtures/url-host.ts'
import { fault } from '../fault/fault.ts'

/** Where a service is: the address of the service taken apart by hand, so that nothing in its path is rewritten. */
export interface ProviderAddress {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** Host and port as the address spells them: the Host header. */
  readonly authority: string
  /** Path and query of the address, `/` at least. */
  readonly target: string
}

/** Parses a service address, throwing the fault of the provider side (without origin) if it is none. */
export function parseProviderAddress(url: string): ProviderAddress {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^#]*)$/.exec(url)
  if (match === null) throw fault('uriIllegal', { component: 'authority', index: illegalIndex(url), uri: url })
  const [, scheme = '', authority = '', rest = ''] = match
  const host = /^(?:[^@]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%-]+)(?::([0-9]{1,5}))?$/.exec(authority)
  if (host === null) throw fault('uriIllegal', { component: 'authority', index: illegalIndex(url), uri: url })
  if (!/^https?$/i.test(scheme)) throw fault('providerIo', { text: 'null' })
  const secure = scheme.toLowerCase() === 'https'
  const port = host[2] === undefined ? (secure ? 443 : 80) : Number(host[2])
  if (port > 65535) throw fault('internal', { text: `port out of range:${port}` })
  const target = rest.startsWith('/') ? rest : `/${rest}`
  return {
    secure,
    host: plainHost(host[1] as string),
    port,
    authority,
    target: asciiTarget(target),
  }
}

/** Collapses empty path segments as the reference's HTTP client does; a path it rewrites, it also decodes and encodes anew. */
function asciiTarget(target: string): string {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const query = mark < 0 ? '' : target.slice(mark)
  const escaped = escapeNonAscii(query)
  if (!path.includes('//')) return escapeNonAscii(path) + escaped
  return path.split(/\/+/).map(recode).join('/') + escaped
}

function recode(segment: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(segment)).replace(/%(24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent)
  } catch {
    return segment
  }
}

/** Bytes beyond ASCII stand in Latin-1 here, as they came; they go out percent-encoded. */
function escapeNonAscii(text: string): string {
  return text.replace(/[\x80-\xff]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function illegalIndex(url: string): number {
  const start = url.indexOf('://') + 3
  const found = /[^A-Za-z0-9._~!$&'()*+,;=:@/?%[\]-]/.exec(url.slice(start))
  return start + (found?.index ?? 0)
}
