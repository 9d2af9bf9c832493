import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type {
  GoldenCase,
  Header,
  NormalisedBody,
  NormalisedExchange,
  NormalisedProviderRequest,
  Outcomes,
  ProviderEvent,
} from './golden-case.ts'
import { describeText } from './normalise-body.ts'

/** A case with what each release answered. */
export interface RecordedCase extends GoldenCase {
  readonly recorded: ReadonlyMap<string, Outcomes>
}

const folder = new URL('../../fixtures/golden/', import.meta.url)

/** All recorded cases in the order in which they were recorded: a server remembers things from case to case. */
export function loadCases(): RecordedCase[] {
  const groups = JSON.parse(readFileSync(new URL('groups.json', folder), 'utf8')) as string[]
  return groups.flatMap(loadGroup)
}

/** Service descriptions that the provider serves, by file name. */
export function loadDocuments(): ReadonlyMap<string, Buffer> {
  const documents = new URL('docs/', folder)
  return new Map(readdirSync(documents).map((name) => [name, readFileSync(new URL(name, documents))]))
}

/** The topology that the servers had, as YAML. */
export const topologyFile = fileURLToPath(new URL('topology.yaml', folder))

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A stored case: texts resolved, expectations by release. */
interface StoredCase extends Omit<GoldenCase, 'name' | 'listener' | 'provider' | 'tags' | 'volatile'> {
  readonly name: string
  readonly listener?: GoldenCase['listener']
  readonly provider?: GoldenCase['provider']
  readonly tags?: readonly string[]
  readonly volatile?: readonly string[]
  readonly answers: readonly { readonly releases: readonly string[]; readonly is: readonly StoredExchange[] }[]
  readonly calls: readonly { readonly releases: readonly string[]; readonly is: readonly StoredCall[] }[]
  readonly events?: readonly { readonly releases: readonly string[]; readonly is: readonly ProviderEvent[] }[]
}

type StoredBody =
  | string
  | { readonly base64: string }
  | { readonly entries: readonly string[] }
  | { readonly length: number; readonly sha256: string }

type StoredExchange = Partial<Omit<NormalisedExchange, 'body'>> & { readonly body?: StoredBody }
type StoredCall = Pick<NormalisedProviderRequest, 'line' | 'headers' | 'framing'> &
  Partial<Pick<NormalisedProviderRequest, 'complete' | 'connection' | 'tls'>> & { readonly body?: StoredBody }

function loadGroup(group: string): RecordedCase[] {
  const [first = '', ...lines] = readFileSync(new URL(`cases/${group}.jsonl`, folder), 'utf8')
    .trimEnd()
    .split('\n')
  const { texts } = JSON.parse(first) as { texts: string[] }
  return lines.map((line) => {
    const stored = resolveTexts(JSON.parse(line) as Json, texts) as unknown as StoredCase
    const { answers, calls, events, name, listener = 'http', provider = [], tags = [], volatile = [], ...rest } = stored
    return { ...rest, name: `${group}/${name}`, listener, provider, tags, volatile, recorded: byRelease(stored) }
  })
}

/** Puts shared texts in: `{as, from?, to?}` is a slice of one, a list with such slices is one text. */
function resolveTexts(value: Json, texts: readonly string[]): Json {
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => resolveTexts(item, texts))
    return value.some(isSlice) && items.every((item) => typeof item === 'string') ? items.join('') : items
  }
  if (isSlice(value)) return (texts[value.as] ?? '').slice(value.from ?? 0, value.to)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveTexts(item, texts)]))
}

function isSlice(value: Json): value is { readonly as: number; readonly from?: number; readonly to?: number } {
  return typeof value === 'object' && value !== null && 'as' in value
}

function byRelease(stored: StoredCase): Map<string, Outcomes> {
  const recorded = new Map<string, Outcomes>()
  for (const { releases, is } of stored.answers) {
    const exchanges = is.map(readExchange)
    for (const release of releases) {
      const calls = stored.calls.find((alternative) => alternative.releases.includes(release))?.is ?? []
      const events = stored.events?.find((alternative) => alternative.releases.includes(release))?.is ?? []
      recorded.set(release, { exchanges, provider: calls.map(readCall), events })
    }
  }
  return recorded
}

function readExchange(stored: StoredExchange): NormalisedExchange {
  const { outcome = 'complete', status = null, closed = false, body, ...rest } = stored
  const exchange = { ...rest, outcome, status, closed }
  return rest.headers === undefined ? exchange : { ...exchange, body: readBody(body, rest.headers) }
}

function readCall(stored: StoredCall): NormalisedProviderRequest {
  const { complete = true, connection = 0, body, ...rest } = stored
  return { ...rest, complete, connection, body: readBody(body, rest.headers) }
}

function readBody(stored: StoredBody | undefined, headers: readonly Header[]): NormalisedBody {
  if (stored === undefined) return { kind: 'empty' }
  if (typeof stored === 'string') return describeText(stored, headers)
  if ('base64' in stored) return { kind: 'binary', base64: stored.base64 }
  if ('entries' in stored) return { kind: 'zip', entries: stored.entries }
  return { kind: 'large', length: stored.length, sha256: stored.sha256 }
}
