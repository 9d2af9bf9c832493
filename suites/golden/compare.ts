import { isDeepStrictEqual } from 'node:util'
import { canonicalJson, canonicalXml } from './canonical-document.ts'
import type {
  GoldenCase,
  Header,
  NormalisedBody,
  NormalisedExchange,
  NormalisedProviderRequest,
  Outcomes,
} from './golden-case.ts'

/** One fact that is not as recorded. */
export interface Difference {
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

/** `exact` also compares reason, framing, closing, TLS, order and case of headers, and every byte of a body. */
export type Level = 'semantic' | 'exact'

/** All facts of a case that differ from the recorded ones; none if the server answered alike. */
export function compareOutcomes(
  golden: Pick<GoldenCase, 'tags' | 'volatile'>,
  expected: Outcomes,
  actual: Outcomes,
  level: Level = 'semantic',
): Difference[] {
  const serverMade = expected.provider.length === 0 || golden.tags.includes('meta')
  const context = { level, serverMade, anyMessage: golden.volatile.includes('message') }
  const differences = [
    ...unequal('answers', expected.exchanges.length, actual.exchanges.length),
    ...expected.exchanges.flatMap((exchange, index) => {
      const other = actual.exchanges[index]
      return other === undefined ? [] : compareExchange(`answer ${index + 1}`, exchange, other, context)
    }),
    ...unequal('provider calls', expected.provider.length, actual.provider.length),
    ...expected.provider.flatMap((call, index) => {
      const other = actual.provider[index]
      return other === undefined ? [] : compareCall(`call ${index + 1}`, call, other, level)
    }),
    ...(level === 'exact' ? unequal('events', expected.events, actual.events) : []),
  ]
  const ignored = golden.volatile.filter((fact) => fact !== 'message')
  return differences.filter(({ path }) => !ignored.some((fact) => path.includes(fact)))
}

interface Context {
  readonly level: Level
  readonly serverMade: boolean
  readonly anyMessage: boolean
}

function compareExchange(
  path: string,
  expected: NormalisedExchange,
  actual: NormalisedExchange,
  context: Context,
): Difference[] {
  const exact = context.level === 'exact'
  return [
    ...unequal(`${path} outcome`, expected.outcome, actual.outcome),
    ...unequal(`${path} status`, expected.status, actual.status),
    ...unequal(`${path} interim`, expected.interim ?? [], actual.interim ?? []),
    ...unequal(`${path} trailers`, headerSet(expected.trailers ?? [], []), headerSet(actual.trailers ?? [], [])),
    ...compareHeaders(path, expected.headers ?? [], actual.headers ?? [], context.level, connectionHeaders),
    ...compareBody(path, expected.body, actual.body, context),
    ...(exact
      ? (['reason', 'framing', 'closed'] as const).flatMap((fact) =>
          unequal(`${path} ${fact}`, expected[fact], actual[fact]),
        )
      : []),
    ...(exact && expected.tls !== undefined ? unequal(`${path} tls`, expected.tls, actual.tls) : []),
  ]
}

function compareCall(
  path: string,
  expected: NormalisedProviderRequest,
  actual: NormalisedProviderRequest,
  level: Level,
): Difference[] {
  const presented = (call: NormalisedProviderRequest) => typeof call.tls?.clientCertificate === 'string'
  return [
    ...unequal(`${path} line`, expected.line, actual.line),
    ...compareHeaders(path, expected.headers, actual.headers, level, ['user-agent', ...connectionHeaders]),
    ...unequal(`${path} framing`, expected.framing, actual.framing),
    ...unequal(`${path} complete`, expected.complete, actual.complete),
    // How much of an unfinished request had arrived is a matter of packets.
    ...(expected.complete && actual.complete
      ? unequalText(`${path} body`, wholeBody(expected.body), wholeBody(actual.body))
      : []),
    ...unequal(`${path} client certificate presented`, presented(expected), presented(actual)),
    ...(level === 'exact' ? unequal(`${path} connection`, expected.connection, actual.connection) : []),
  ]
}

const connectionHeaders = ['content-length', 'transfer-encoding', 'connection', 'keep-alive']

function compareHeaders(
  path: string,
  expected: readonly Header[],
  actual: readonly Header[],
  level: Level,
  ignored: readonly string[],
): Difference[] {
  if (level === 'exact') return unequal(`${path} headers`, expected.map(withoutLength), actual.map(withoutLength))
  const [wanted, got] = [headerSet(expected, ignored), headerSet(actual, ignored)]
  const missing = without(wanted, got)
  const extra = without(got, wanted)
  return missing.length + extra.length === 0 ? [] : [{ path: `${path} headers`, expected: missing, actual: extra }]
}

/** A length counts the characters of addresses and ports, which differ from run to run; the reader has checked it. */
function withoutLength([name, value]: Header): Header {
  return [name, name.toLowerCase() === 'content-length' ? '<length>' : value]
}

/** Names in lower case, without the ignored ones; blanks in a media type do not count. */
function headerSet(headers: readonly Header[], ignored: readonly string[]): string[] {
  return headers
    .map(([name, value]): Header => [name.toLowerCase(), value])
    .filter(([name]) => !ignored.includes(name))
    .map(([name, value]) => `${name}: ${name === 'content-type' ? value.replace(/\s*([;=])\s*/g, '$1') : value}`)
    .sort()
}

function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other]
  return list.filter((item) => {
    const at = rest.indexOf(item)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
}

function compareBody(
  path: string,
  expected: NormalisedBody | undefined,
  actual: NormalisedBody | undefined,
  context: Context,
): Difference[] {
  if (expected?.kind !== actual?.kind) {
    return [
      {
        path: `${path} body kind`,
        expected: expected?.kind,
        actual: actual === undefined ? undefined : wholeBody(actual),
      },
    ]
  }
  if (expected === undefined || actual === undefined) return []
  if (context.level === 'exact') return unequalText(`${path} body`, wholeBody(expected), wholeBody(actual))
  if (expected.kind === 'html' && actual.kind === 'html') {
    return context.anyMessage ? [] : unequal(`${path} title`, expected.title, actual.title)
  }
  if (isError(expected) && isError(actual)) return compareError(path, expected, actual, context)
  if (expected.kind === 'multipart' && actual.kind === 'multipart' && context.serverMade) {
    return [
      ...unequal(`${path} parts`, expected.parts.length, actual.parts.length),
      ...expected.parts.flatMap((part, index) => {
        const other = actual.parts[index]
        if (other === undefined) return []
        const at = `${path} part ${index + 1}`
        return [
          ...compareHeaders(at, part.headers, other.headers, context.level, []),
          ...compareBody(at, part.body, other.body, context),
        ]
      }),
    ]
  }
  const [wanted, got] = context.serverMade
    ? [freeBody(expected), freeBody(actual)]
    : [wholeBody(expected), wholeBody(actual)]
  return unequalText(`${path} body`, wanted, got)
}

type ErrorBody = Extract<NormalisedBody, { kind: 'fault' | 'rest-error' }>

function isError(body: NormalisedBody): body is ErrorBody {
  return body.kind === 'fault' || body.kind === 'rest-error'
}

function compareError(path: string, expected: ErrorBody, actual: ErrorBody, context: Context): Difference[] {
  const code = unequal(`${path} code`, expected.code, actual.code)
  if (context.anyMessage) return code
  const facts = [...code, ...unequal(`${path} message`, expected.message, actual.message)]
  if (facts.length > 0) return facts
  // An identifier of this one error tells that the server made it, whoever is behind.
  const made = context.serverMade || expected.text.includes('<uuid>')
  const [wanted, got] = made ? [freeBody(expected), freeBody(actual)] : [expected.text, actual.text]
  return unequalText(`${path} body`, wanted, got)
}

/** The body after parsing, where it can be parsed. */
function freeBody(body: NormalisedBody): string {
  if (!('text' in body)) return wholeBody(body)
  return canonicalXml(body.text) ?? canonicalJson(body.text) ?? body.text
}

function wholeBody(body: NormalisedBody): string {
  return 'text' in body ? body.text : JSON.stringify(body)
}

function unequal(path: string, expected: unknown, actual: unknown): Difference[] {
  return isDeepStrictEqual(expected, actual) ? [] : [{ path, expected, actual }]
}

/** Long texts are cut to where they part. */
function unequalText(path: string, expected: string, actual: string): Difference[] {
  if (expected === actual) return []
  let at = 0
  while (expected[at] === actual[at]) at++
  const around = (text: string) => {
    const start = Math.max(0, at - 60)
    return `${start > 0 ? '…' : ''}${text.slice(start, at + 200)}${text.length > at + 200 ? '…' : ''}`
  }
  return [{ path: `${path} at ${at}`, expected: around(expected), actual: around(actual) }]
}
