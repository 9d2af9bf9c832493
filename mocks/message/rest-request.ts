import type { RawHeader } from '../../fixtures/exchange.ts'
import { type ClientId, clientId, type ServerId, type ServiceId } from '../../fixtures/identifiers.ts'
import type { Quirks } from '../../fixtures/version-profile.ts'
import { fault } from '../fault/fault.ts'
import { requireNotBlank } from './identifier-part.ts'
import { decodeUriPath } from './uri-path.ts'

/** A REST message as the consumer side understands it; path and query stay as they came (REST 4.1, 4.3). */
export interface RestRequest {
  readonly verb: string
  readonly client: ClientId | undefined
  readonly service: ServiceId
  readonly securityServer: ServerId | undefined
  /** What follows the service code: `''`, `/`, `/a/b`, percent-encoding untouched. */
  readonly servicePath: string
  /** What follows the question mark; undefined without one. */
  readonly query: string | undefined
  /** The caller's own message id; the last of several. */
  readonly id: string | undefined
  /** Path and query as they stand in the request line. */
  readonly rawTarget: string
  /** Headers that go on to the provider, in order. */
  readonly headers: readonly RawHeader[]
}

const verbs = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']

/** Hop-by-hop and other headers that never pass a security server, in either direction (REST 4.3). */
const skippedHeaders = new Set([
  'transfer-encoding',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
  'connection',
  'user-agent',
  'host',
  'content-length',
  'server',
  'expect',
])

export function isSkippedHeader(name: string): boolean {
  return skippedHeaders.has(name.toLowerCase())
}

/** Parses the head of a REST message; throws a FaultError without origin. `target` is in origin form and starts with `/r1/`. */
export function parseRestRequest(
  method: string,
  target: string,
  headers: readonly RawHeader[],
  quirks: Quirks,
): RestRequest {
  if (!verbs.includes(method)) throw fault('verbUnknown', { method })
  const kept = headers.filter(([name]) => !isSkippedHeader(name) && !isOwnHeader(name))
  const [rawPath, query] = splitQuery(target)
  const { service, servicePath } = parsePath(rawPath)
  return {
    verb: method,
    ...parseOwnHeaders(headers, quirks),
    service,
    servicePath,
    query,
    rawTarget: target.split('#', 1)[0] as string,
    headers: kept,
  }
}

/** Reads X-Road's own headers in the order in which they came: each must be right, and of several the last counts. */
function parseOwnHeaders(
  headers: readonly RawHeader[],
  { checksRepresentedParty }: Quirks,
): Pick<RestRequest, 'client' | 'securityServer' | 'id'> {
  let client: ClientId | undefined
  let securityServer: ServerId | undefined
  let id: string | undefined
  for (const [name, value] of headers) {
    switch (name.toLowerCase()) {
      case 'x-road-client':
        client = parseClient(value)
        break
      case 'x-road-security-server':
        securityServer = parseServer(value)
        break
      case 'x-road-id':
        id = value
        break
      case 'x-road-represented-party':
        if (checksRepresentedParty) checkRepresentedParty(value)
    }
  }
  return { client, securityServer, id }
}

function isOwnHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return lower === 'x-road-request-id' || lower === 'x-road-request-hash'
}

function splitQuery(target: string): [path: string, query: string | undefined] {
  const withoutFragment = target.split('#', 1)[0] as string
  const mark = withoutFragment.indexOf('?')
  return mark < 0 ? [withoutFragment, undefined] : [withoutFragment.slice(0, mark), withoutFragment.slice(mark + 1)]
}

function parsePath(path: string): { service: ServiceId; servicePath: string } {
  const segments = path.split('/')
  const [, , ...parts] = segments
  if (parts.length < 5) throw fault('requestUriInvalid')
  const [instance, memberClass, memberCode, subsystemCode, serviceCode] = parts
    .slice(0, 5)
    .map((segment) => decodeUriPath(segment))
  const provider = clientId(
    requireNotBlank('xRoadInstance', instance),
    requireNotBlank('memberClass', memberClass),
    requireNotBlank('memberCode', memberCode),
    requireNotBlank('subsystemCode', subsystemCode, 'subsystemBlankInPath'),
  )
  const rest = segments.slice(7)
  return {
    service: { kind: 'service', provider, serviceCode: requireNotBlank('serviceCode', serviceCode) },
    servicePath: rest.length === 0 ? '' : `/${rest.join('/')}`,
  }
}

function parseClient(value: string): ClientId {
  const parts = value.split('/')
  if (parts.length !== 3 && parts.length !== 4) throw fault('clientIdInvalid')
  const [instance, memberClass, memberCode, subsystemCode] = parts.map((segment) => decodeUriPath(segment))
  return clientId(
    requireNotBlank('xRoadInstance', instance),
    requireNotBlank('memberClass', memberClass),
    requireNotBlank('memberCode', memberCode),
    parts.length === 3 ? undefined : requireNotBlank('subsystemCode', subsystemCode),
  )
}

function parseServer(value: string): ServerId {
  const parts = value.split('/')
  if (parts.length !== 4) throw fault('serverIdInvalid')
  const [instance, memberClass, memberCode, serverCode] = parts.map((segment) => decodeUriPath(segment))
  return {
    kind: 'server',
    owner: {
      kind: 'member',
      instance: requireNotBlank('xRoadInstance', instance),
      memberClass: requireNotBlank('memberClass', memberClass),
      memberCode: requireNotBlank('memberCode', memberCode),
    },
    serverCode: requireNotBlank('serverCode', serverCode),
  }
}

/** Slashes at the end count for nothing. */
function checkRepresentedParty(value: string): void {
  const parts = value.replace(/(?<=.)\/+$/, '').split('/')
  if (parts.length > 2) throw fault('representedPartyInvalid')
  for (const part of parts) decodeUriPath(part)
}
