import { type Placeholders, toBuffer } from './bytes.ts'
import type {
  GoldenCase,
  Header,
  NormalisedExchange,
  NormalisedProviderRequest,
  Outcomes,
  ProviderEvent,
  RawProviderRequest,
  RawResponse,
} from './golden-case.ts'
import { headerValues, readHead } from './message-reader.ts'
import { normaliseBody } from './normalise-body.ts'
import { requestBytes } from './request-bytes.ts'
import { restRequestHashes, soapRequestHash } from './request-hash.ts'

const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g

/** What came, as it came. */
export interface RawOutcomes {
  readonly responses: readonly RawResponse[]
  readonly provider: readonly RawProviderRequest[]
  readonly events: readonly ProviderEvent[]
}

/** The comparable form: random values named, hashes recomputed, bodies told apart by kind. */
export function normaliseOutcomes(golden: GoldenCase, values: Placeholders, raw: RawOutcomes): Outcomes {
  const sent = golden.requests.map((request) => {
    const { head, body } = requestBytes(request, values)
    return Buffer.concat([head, body])
  })
  const known = knownText(golden, values)
  const names = new Map<string, string>()
  for (const response of raw.responses) {
    for (const value of headerValues(response.headers ?? [], 'x-road-request-id')) names.set(value, '<request-id>')
    for (const value of headerValues(response.headers ?? [], 'x-road-id')) {
      if (!known.includes(value)) names.set(value, '<generated-id>')
    }
  }
  const boundaries = raw.responses.flatMap((response) =>
    headerValues(response.headers ?? [], 'content-type').flatMap(
      (value) => /boundary=(xroad\w+)/.exec(value)?.[1] ?? [],
    ),
  )
  for (const boundary of boundaries) if (!known.includes(boundary)) names.set(boundary, '<boundary>')
  const rename = (text: string) => renameAll(text, names, values, known)
  const forwarded = raw.provider.map((request) => request.headers)
  return {
    exchanges: raw.responses.map((response, index) =>
      normaliseResponse(response, sent[index] ?? Buffer.alloc(0), rename, known, forwarded),
    ),
    provider: raw.provider.map((request) => normaliseProviderRequest(request, rename)),
    events: raw.events,
  }
}

/** Everything that was put in on purpose: no random value of the server is in there. */
function knownText(golden: GoldenCase, values: Placeholders): string {
  const sent = golden.requests.flatMap((request) => {
    const { head, body } = requestBytes(request, values)
    return [head.toString(), body.length > 1_000_000 ? '' : body.toString()]
  })
  const scripted = golden.provider.flatMap((script) =>
    script.actions.flatMap((action) => ('send' in action ? [toBuffer(action.send, values)] : [])),
  )
  return [...sent, ...scripted.filter((bytes) => bytes.length <= 1_000_000).map(String)].join('\n')
}

function renameAll(text: string, names: ReadonlyMap<string, string>, values: Placeholders, known: string): string {
  let result = text
  for (const [value, name] of names) if (value !== '') result = result.replaceAll(value, name)
  result = result.replace(uuid, (value) => (known.includes(value) ? value : '<uuid>'))
  for (const [name, address] of Object.entries(values)) {
    const authority = address.replace(/^https?:\/\//, '').replaceAll('.', '\\.')
    result = result.replace(new RegExp(`${authority}(?!\\d)`, 'g'), `<${name}>`)
  }
  return result
    .replace(/\(Java\/[^)]*\)/g, '(Java/<version>)')
    .replace(/ \[[^\]\s]*\/[0-9.:a-f, /]+\] failed/g, ' [<address>] failed')
    .replace(/(\.invalid): (?:Name or service not known|Temporary failure in name resolution)/g, '$1')
}

function normaliseResponse(
  response: RawResponse,
  sent: Buffer,
  rename: (text: string) => string,
  known: string,
  forwarded: readonly (readonly Header[])[],
): NormalisedExchange {
  const { outcome, status, reason, version, framing, closed, interim, trailers, headers, body, tls } = response
  if (headers === undefined || body === undefined) return { outcome, status, closed }
  const requestId = headerValues(headers, 'x-road-request-id')[0] ?? ''
  const ownId = readHead(sent)?.headers.some(([name]) => name.toLowerCase() === 'x-road-id') ?? false
  const generatedId = ownId ? undefined : headerValues(headers, 'x-road-id')[0]
  const soapHash = soapRequestHash(sent)
  const hashes = () => restRequestHashes(sent, requestId, generatedId, forwarded)
  const value = ([name, text]: Header): string => {
    const lower = name.toLowerCase()
    if (lower === 'date' && !known.includes(text)) return '<date>'
    if (lower === 'x-road-request-hash' && hashes().includes(text)) return '<hash ok>'
    return rename(text)
  }
  const renameBody = (text: string) =>
    rename(
      text.replace(/(<(?:\w+:)?requestHash\b[^>]*>)([^<]*)(<)/g, (whole, open: string, hash: string, close: string) =>
        hash === soapHash ? `${open}<hash ok>${close}` : whole,
      ),
    )
  return {
    outcome,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(version === undefined ? {} : { version }),
    ...(framing === undefined ? {} : { framing }),
    closed,
    headers: headers.map((header) => [header[0], value(header)]),
    ...(interim === undefined || interim.length === 0 ? {} : { interim }),
    ...(trailers === undefined || trailers.length === 0 ? {} : { trailers }),
    body: normaliseBody(body, headers, renameBody),
    ...(tls === undefined ? {} : { tls }),
  }
}

function normaliseProviderRequest(
  request: RawProviderRequest,
  rename: (text: string) => string,
): NormalisedProviderRequest {
  const { line, headers, framing, complete, connection, tls } = request
  return {
    line: rename(line),
    headers: headers.map(([name, value]) => [name, rename(value)]),
    framing,
    complete,
    connection,
    body: normaliseBody(request.body, headers, rename),
    ...(tls === undefined ? {} : { tls }),
  }
}
