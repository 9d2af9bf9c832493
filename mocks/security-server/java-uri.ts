import { fault } from '../fault/fault.ts'

const escapePair = '%[0-9a-fA-F]{2}'
/** What java.net.URI lets stand beyond ASCII: everything that is neither a blank nor a control character. */
const other = '[^\\x00-\\x9f\\p{Z}]'
const unreserved = "\\-A-Za-z0-9_.!~*'()"
const pathCharacters = new RegExp(`(?:[${unreserved}:@&=+$,;/]|${escapePair}|${other})*`, 'uy')
const uriCharacters = new RegExp(`(?:[${unreserved};/?:@&=+$,[\\]]|${escapePair}|${other})*`, 'uy')
const authorityCharacters = new RegExp(`(?:[${unreserved}$,;:@&=+]|${escapePair}|${other})*`, 'uy')

/** The path of a reference that starts with a slash, as java.net.URI understands it; throws what that finds wrong with it. */
export function pathOfUri(uri: string): string {
  const start = uri.startsWith('//') ? endOfAuthority(uri) : 0
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

function endOfAuthority(uri: string): number {
  const end = find(uri, /[/?#]/g, 2)
  if (end === 2 && uri.length === 2) throw fault('uriAuthorityMissing', { uri })
  check(uri, 2, end, authorityCharacters, 'authority')
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
