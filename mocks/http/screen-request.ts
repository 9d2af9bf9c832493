import { isIPv6 } from 'node:net'
import type { EngineRules, PathViolation } from '../../fixtures/version-profile.ts'
import { headerValues } from '../message/raw-headers.ts'
import { EngineRefusal, type RefusalPlace, SilentRefusal } from './engine-refusal.ts'
import type { RequestHead } from './request-head.ts'

/**
 * Screening of a whole head before any handler runs: host, framing and the path of the target. An ambiguous path never
 * reaches X-Road code; `%2F` is the one ambiguity that is let through (consumer-side UriCompliance, since 7.5.0).
 */
export type RequestFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked'; readonly of: 'request' }

/**
 * Refuses what the engine refuses, else says how the body is framed and gives the target in origin form. Of a head that
 * is not there to its end only what stands in it is looked at; all in the order in which it came.
 */
export function screenRequest(
  head: RequestHead,
  rules: EngineRules,
  isWhole = true,
): { framing: RequestFraming; target: string } {
  const form = originForm(head)
  refuseMalformedPath(head, form.target)
  const framing = screenFields(head, rules, isWhole)
  if (!isWhole) return { framing, target: form.target }
  const [host] = headerValues(head.headers, 'host')
  if (host === undefined && head.version === '1.1') throw refuse(head, 'No Host')
  screenPath(head, form, rules)
  refuseVersion2(head)
  if (host === '' && rules.hostChecks.blank) throw refuse(head, 'Blank Host')
  const mismatch = rules.hostChecks.authority
  if (mismatch !== undefined && host && form.authority !== undefined && form.authority !== host) {
    throw refuse(head, mismatch)
  }
  screenExpectation(head, rules)
  return { framing, target: form.target }
}

function refuse(
  { method, target }: RequestHead,
  reason: string,
  place: RefusalPlace = {},
  status = 400,
): EngineRefusal {
  return new EngineRefusal(status, reason, { uri: target, method, announcesClose: true, ...place })
}

/** Where the page shows the whole address of the request. */
function wholeAddress(head: RequestHead): RefusalPlace {
  return { host: headerValues(head.headers, 'host')[0] }
}

/** Java's parser of numbers takes a sign. */
const lengthPattern = { digits: /^[0-9]+$/, number: /^[+-]?[0-9]+$/ } as const

/** The largest number that Java has room for. */
const lengthLimit = 2n ** 63n - 1n

/** Host and framing, field by field. */
function screenFields(head: RequestHead, rules: EngineRules, isWhole: boolean): RequestFraming {
  let length: number | undefined
  let chunked = false
  let encoded = false
  let hosts = 0
  for (const [name, value] of head.headers) {
    if (name.length === 4 && name.toLowerCase() === 'host') {
      hosts += 1
      if (hosts > 1 && rules.hostChecks.duplicate) throw refuse(head, 'Duplicate Host Header')
      if (hosts === 1 && value !== '' && !isHostPort(value, rules.hostChecks.illegal))
        throw refuse(head, 'Bad HostPort')
    } else if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (encoded) throw refuse(head, 'Transfer-Encoding and Content-Length')
      if (!lengthPattern[rules.contentLength].test(value)) throw refuse(head, 'Invalid Content-Length Value')
      if (BigInt(value.replace('+', '')) > lengthLimit) throw refuse(head, 'Bad Request')
      if (length !== undefined) throw refuse(head, 'Multiple Content-Lengths')
      length = Math.max(0, Number(value))
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      encoded = true
      if (length !== undefined) throw refuse(head, 'Transfer-Encoding and Content-Length')
      if (chunked) throw refuse(head, 'Bad Transfer-Encoding, chunked not last')
      for (const coding of value.split(',').map((one) => one.trim().toLowerCase())) {
        if (chunked) {
          const repeated = coding === 'chunked'
          throw refuse(head, `Bad Transfer-Encoding, ${repeated ? 'multiple chunked tokens' : 'chunked not last'}`)
        }
        chunked = coding === 'chunked'
      }
    }
  }
  if (isWhole && encoded && !chunked) throw refuse(head, 'Bad Transfer-Encoding, chunked not last')
  if (chunked) return { kind: 'chunked', of: 'request' }
  return length === undefined || length === 0 ? { kind: 'none' } : { kind: 'length', length }
}

/** A name or an address, with a port from 1 to 65535 or without; more than one colon is a sign of an address. */
function isHostPort(host: string, checksName: boolean): boolean {
  const [, address = '', rest = ''] = /^\[(.*)\](.*)$/.exec(host) ?? []
  if (address !== '') return (isIPv6(address) || !checksName) && (rest === '' || isPort(rest))
  const colon = host.indexOf(':')
  if (colon !== host.lastIndexOf(':')) return isIPv6(host) || !checksName
  const name = colon < 0 ? host : host.slice(0, colon)
  return (registeredName.test(name) || !checksName) && (colon < 0 || isPort(host.slice(colon)))
}

const registeredName = /^(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9a-fA-F]{2})+$/

/** A port with its colon. Java's parser of numbers takes a plus. */
function isPort(text: string): boolean {
  return /^:\+?[0-9]+$/.test(text) && Number(text.slice(1)) > 0 && Number(text.slice(1)) <= 65_535
}

/** A target in origin form, and what else it said. */
interface OriginForm {
  readonly target: string
  readonly authority?: string
  readonly hasUserInfo?: boolean
  /** Neither a path nor an absolute URI. */
  readonly isRelative?: boolean
}

/** The target without scheme and authority, which are told apart; a fragment stays where it is. */
function originForm({ target, method }: RequestHead): OriginForm {
  if (/^[/*]/.test(target) || method === 'CONNECT') return { target }
  const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:(?:\/\/([^/?#]*))?(.*)$/.exec(target)
  if (absolute === null) return { target, isRelative: true }
  const [, place = '', rest = ''] = absolute
  const at = place.lastIndexOf('@')
  return {
    target: rest.startsWith('/') ? rest : `/${rest}`,
    authority: place.slice(at + 1),
    hasUserInfo: at >= 0,
  }
}

/** A path that cannot be read is found with the request line, before the method counts. */
function refuseMalformedPath({ method }: RequestHead, target: string): void {
  if (target === '*' || method === 'CONNECT') return
  const path = pathOf(target)
  if (plainPath.test(path)) return
  if (/%(?!u[0-9a-fA-F]{4}|[0-9a-fA-F]{2})|%00/.test(path) || climbsAboveRoot(path)) {
    throw new EngineRefusal(400, 'Bad Request')
  }
}

function pathOf(target: string): string {
  return target.split(/[?#]/, 1)[0] as string
}

/** In the order in which the engine reports them. */
const violations: readonly PathViolation[] = [
  'segment',
  'empty-segment',
  'parameter',
  'encoding',
  'utf16',
  'bad-utf8',
  'suspicious-character',
  'illegal-character',
  'user-info',
]

function screenPath(head: RequestHead, { target, hasUserInfo, isRelative }: OriginForm, rules: EngineRules): void {
  const { method } = head
  if (target === '*') {
    refuseVersion2(head)
    if (method === 'OPTIONS') return
    const { reason, dated, absolute } = rules.asteriskPage
    const place = absolute ? wholeAddress(head) : {}
    throw refuse(head, reason, { ...place, announcesClose: false, wholePage: true, dated })
  }
  if (method === 'CONNECT') {
    if (target.startsWith('/')) throw new EngineRefusal(400, 'Bad Request', { uri: target, method })
    return
  }
  const path = pathOf(target)
  if (isRelative && path === '') throw refuse(head, 'Bad URI path')
  if (plainPath.test(path) && hasUserInfo !== true) return
  const found = new Set(pathViolations(path))
  if (hasUserInfo === true) found.add('user-info')
  const told = violations.flatMap((one) => (found.has(one) ? (rules.pathViolations[one] ?? []) : []))
  const reason = told.slice(0, rules.violationsTold === 'all' ? told.length : 1).join(', ')
  if (reason !== '') throw refuse(head, reason, { uri: '/badURI' })
  if (isRelative) throw refuse(head, 'Bad Request', { uri: `http:${target}` })
}

/** Most paths need no closer look: no dots at the start of a segment, no escapes, no empty segment but the last. */
const plainPath = /^(?:\/(?!\.)[A-Za-z0-9._~!$&'()*+,=:@-]+)*\/?$/

function* pathViolations(path: string): Generator<PathViolation> {
  if (/%u[0-9a-fA-F]{4}/.test(path)) yield 'utf16'
  if (/%25/.test(path)) yield 'encoding'
  if (/\\|%5C|%[01][0-9A-F]|%7F/i.test(path)) yield 'suspicious-character'
  if (/[^A-Za-z0-9._~!$&'()*+,;=:@/%\\-]/.test(path) || path.includes('\\')) yield 'illegal-character'
  const segments = path.split('/').slice(1)
  for (const [index, segment] of segments.entries()) {
    const [name = '', ...parameters] = segment.split(';')
    const decodedDots = name.replace(/%2e/gi, '.')
    if (name === '' && index < segments.length - 1) yield 'empty-segment'
    if ((decodedDots === '.' || decodedDots === '..') && decodedDots !== name) yield 'segment'
    if ((decodedDots === '.' || decodedDots === '..') && parameters.length > 0) yield 'parameter'
  }
  if (!validUtf8(path)) yield 'bad-utf8'
}

function validUtf8(path: string): boolean {
  if (!/%[89a-fA-F]/.test(path)) return true
  try {
    decodeURIComponent(path.replace(/[^\x00-\x7f]/g, '').replace(/%u[0-9a-fA-F]{4}/g, ''))
    return true
  } catch {
    return false
  }
}

function climbsAboveRoot(path: string): boolean {
  let depth = 0
  for (const segment of path.split('/').slice(1)) {
    if (segment === '..') depth -= 1
    else if (segment !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}

function refuseVersion2(head: RequestHead): void {
  if (head.version === '2.0')
    throw refuse(head, 'Upgrade Required', { ...wholeAddress(head), announcesClose: false }, 426)
}

function screenExpectation(head: RequestHead, rules: EngineRules): void {
  if (head.version === '1.0') return
  const unknown = headerValues(head.headers, 'expect').some(
    (value) => value !== '' && value.toLowerCase() !== '100-continue',
  )
  if (unknown) {
    if (rules.unknownExpectation === 'close') throw new SilentRefusal('unknown expectation')
    throw refuse(head, 'Expectation Failed', wholeAddress(head), 417)
  }
}
