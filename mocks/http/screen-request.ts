import type { EngineRules, PathViolation } from '../../fixtures/profiles.ts'
import { EngineRefusal, SilentRefusal } from './engine-refusal.ts'
import type { RequestHead } from './request-head.ts'

/**
 * Screening of a whole head before any handler runs: host, framing and the path of the target. An ambiguous path never
 * reaches X-Road code; `%2F` is the one ambiguity that is let through (consumer-side UriCompliance, since 7.5.0).
 */
export type RequestFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }

/** Refuses what the engine refuses, else says how the body is framed and gives the target in origin form. */
export function screenRequest(head: RequestHead, rules: EngineRules): { framing: RequestFraming; target: string } {
  const framing = decideFraming(head, rules)
  const host = screenHost(head, rules)
  const target = originForm(head, host, rules)
  screenPath(head.method, target, rules)
  screenExpectation(head, rules)
  return { framing, target }
}

/** The values of a header field, in order. */
export function headerValues(head: Pick<RequestHead, 'headers'>, name: string): string[] {
  const wanted = name.toLowerCase()
  return head.headers.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value)
}

/** Java's parser of numbers takes a sign. */
const lengthPattern = { digits: /^[0-9]{1,18}$/, number: /^[+-]?[0-9]{1,18}$/ } as const

function decideFraming(head: RequestHead, rules: EngineRules): RequestFraming {
  const refuse = (reason: string) => new EngineRefusal(400, reason, { uri: head.target, announcesClose: true })
  let length: number | undefined
  let chunked = false
  let encoded = false
  for (const [name, value] of head.headers) {
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (encoded) throw refuse('Transfer-Encoding and Content-Length')
      if (!lengthPattern[rules.contentLength].test(value)) throw refuse('Invalid Content-Length Value')
      if (length !== undefined) throw refuse('Multiple Content-Lengths')
      length = Math.max(0, Number(value))
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      encoded = true
      if (length !== undefined) throw refuse('Transfer-Encoding and Content-Length')
      for (const coding of value.split(',').map((one) => one.trim().toLowerCase())) {
        if (chunked) throw refuse('Bad Transfer-Encoding, chunked not last')
        chunked = coding === 'chunked'
      }
    }
  }
  if (encoded && !chunked) throw refuse('Bad Transfer-Encoding, chunked not last')
  if (chunked) return { kind: 'chunked' }
  return length === undefined || length === 0 ? { kind: 'none' } : { kind: 'length', length }
}

function screenHost(head: RequestHead, { hostChecks }: EngineRules): string | undefined {
  const refuse = (reason: string) => new EngineRefusal(400, reason, { uri: head.target, announcesClose: true })
  const hosts = headerValues(head, 'host')
  if (hosts.length > 1 && hostChecks.duplicate) throw refuse('Duplicate Host Header')
  const [host] = hosts
  if (host === undefined) {
    if (head.version === '1.1') throw refuse('No Host')
    return undefined
  }
  if (host === '') {
    if (hostChecks.blank) throw refuse('Blank Host')
    return undefined
  }
  const parts = /^(.*?)(?::([^:\]]*))?$/.exec(host) as RegExpExecArray
  const [, name = '', port = ''] = parts
  if (!/^[0-9]*$/.test(port) || Number(port) > 65535) throw refuse('Bad HostPort')
  if (hostChecks.illegal && !/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)$/.test(name))
    throw refuse('Bad HostPort')
  return host
}

function originForm(head: RequestHead, host: string | undefined, { hostChecks }: EngineRules): string {
  const { target, method } = head
  if (target.startsWith('/') || target === '*' || method === 'CONNECT') return target
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target)
  if (absolute === null) throw new EngineRefusal(400, 'Bad Request', { uri: target, announcesClose: true })
  const [, authority = '', rest = ''] = absolute
  if (hostChecks.authority && host !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    throw new EngineRefusal(400, 'Authority!=Host', { uri: target, announcesClose: true })
  }
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** In the order in which the engine reports: the first violation of the list decides, not the first in the path. */
const violations: readonly PathViolation[] = [
  'segment',
  'empty-segment',
  'parameter',
  'encoding',
  'utf16',
  'bad-utf8',
  'suspicious-character',
  'illegal-character',
]

function screenPath(method: string, target: string, rules: EngineRules): void {
  if (target === '*') {
    if (method === 'OPTIONS') return
    throw new EngineRefusal(400, rules.asteriskPage.reason, {
      uri: target,
      wholePage: true,
      dated: rules.asteriskPage.dated,
    })
  }
  if (method === 'CONNECT') {
    if (target.startsWith('/')) throw new EngineRefusal(400, 'Bad Request', { uri: target })
    return
  }
  const path = target.split(/[?#]/, 1)[0] as string
  if (plainPath.test(path)) return
  if (/%(?!u[0-9a-fA-F]{4}|[0-9a-fA-F]{2})|%00/.test(path)) {
    throw new EngineRefusal(400, 'Bad Request', { uri: target, announcesClose: true })
  }
  const found = new Set(pathViolations(path))
  const violation = violations.find((one) => found.has(one) && rules.pathViolations[one] !== undefined)
  if (violation !== undefined)
    throw new EngineRefusal(400, rules.pathViolations[violation] ?? violation, { uri: target, announcesClose: true })
  if (climbsAboveRoot(path)) throw new EngineRefusal(400, 'Bad Request', { uri: target, announcesClose: true })
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
    if (segment === '' && index < segments.length - 1) yield 'empty-segment'
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

function screenExpectation(head: RequestHead, rules: EngineRules): void {
  if (head.version === '1.0') return
  const [expectation] = headerValues(head, 'expect')
  if (expectation !== undefined && expectation.toLowerCase() !== '100-continue') {
    if (rules.unknownExpectation === 'close') throw new SilentRefusal('unknown expectation')
    throw new EngineRefusal(417, 'Expectation Failed', { uri: head.target, announcesClose: true })
  }
}
