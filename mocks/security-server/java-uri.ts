import { isIPv6 } from 'node:net'
import { fault } from '../fault/fault.ts'

const escapePair = '%[0-9a-fA-F]{2}'
/** What java.net.URI lets stand beyond ASCII: everything that is neither a blank nor a control character. */
const other = '[^\\x00-\\x9f\\p{Z}]'
const unreserved = "\\-A-Za-z0-9_.!~*'()"
const pathCharacters = new RegExp(`(?:[${unreserved}:@&=+$,;/]|${escapePair}|${other})*`, 'uy')
const uriCharacters = new RegExp(`(?:[${unreserved};/?:@&=+$,[\\]]|${escapePair}|${other})*`, 'uy')
const authorityCharacters = new RegExp(`(?:[${unreserved}$,;:@&=+]|${escapePair}|${other})*`, 'uy')

/** Whether java.net.URI takes a text for a URI reference. */
export function isUri(text: string): boolean {
  const scheme = /^[^/?#:]*:/.exec(text)?.[0] ?? ''
  if (scheme !== '' && !/^[A-Za-z][A-Za-z0-9+.-]*:$/.test(scheme)) return false
  try {
    if (scheme === '' || text[scheme.length] === '/') pathOfUri(text, scheme.length)
    else return isOpaque(text, scheme.length)
    return true
  } catch {
    return false
  }
}

/** What follows a scheme without a slash: something, and perhaps a fragment. */
function isOpaque(uri: string, start: number): boolean {
  const fragment = find(uri, /#/g, start)
  check(uri, start, fragment, uriCharacters, 'opaque part')
  check(uri, fragment + 1, uri.length, uriCharacters, 'fragment')
  return fragment > start
}

/** The path of a reference, behind its scheme if it has one, as java.net.URI understands it; throws what that finds wrong. */
export function pathOfUri(uri: string, begin = 0): string {
  const start = uri.startsWith('//', begin) ? endOfAuthority(uri, begin + 2) : begin
  const query = find(uri, /[?#]/g, start)
  check(uri, start, query, pathCharacters, 'path')
  const fragment = find(uri, /#/g, query)
  check(uri, query + 1, fragment, uriCharacters, 'query')
  check(uri, fragment + 1, uri.length, uriCharacters, 'fragment')
  return uri.slice(start, query)
}

/** Decodes escapes; what is no UTF-8 becomes U+FFFD. */
export function decodeEscapes(path: string): string {
  return path.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
}

function endOfAuthority(uri: string, start: number): number {
  const end = find(uri, /[/?#]/g, start)
  if (end === uri.length && end === start) throw fault('uriAuthorityMissing', { index: start, uri })
  const [, address] = /^(?:[^@[\]]*@)?\[([^\]%]*)(?:%[^\]]*)?\](?::[0-9]*)?$/.exec(uri.slice(start, end)) ?? []
  if (address === undefined || !isIPv6(address)) check(uri, start, end, authorityCharacters, 'authority')
  return end
}

function check(uri: string, start: number, end: number, allowed: RegExp, component: string): void {
  if (start >= end) return
  allowed.lastIndex = start
  allowed.test(uri)
  const index = allowed.lastIndex
  if (index >= end) return
  if (uri[index] === '%') throw fault('uriEscapeMalformed', { index, uri })
  throw fault('uriIllegal', { component, index, uri })
}

function find(uri: string, what: RegExp, from: number): number {
  what.lastIndex = from
  return what.exec(uri)?.index ?? uri.length
}
