import type { RawHeader } from '../../fixtures/exchange.ts'
import { fault } from '../fault/fault.ts'
import { bodyOf } from '../message/body.ts'
import { isHeader } from '../message/raw-headers.ts'
import type { ProviderRequest } from '../security-server/call-provider.ts'
import type { Decisions } from '../security-server/decisions.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Bytes of a body that a server with a limit takes. */
export const bodyLimit = 128 * 1024

/** Misbehaviours in what else of a REST request reaches the provider. */
export const restRequestDeviations: Deviations = {
  'cut-long-client-names': (faithful) => ({
    restHeaders: (headers) =>
      faithful
        .restHeaders(headers)
        .map((header) => (isHeader(header, 'x-road-client') ? [header[0], firstFour(header[1])] : header)),
  }),
  'mind-case-of-header-names': (faithful) => ({
    restHeaders: (headers) =>
      faithful
        .restHeaders(headers)
        .filter((header) => !isHeader(header, 'x-road-client') || /^X-Road-Client$|^x-road-client$/.test(header[0])),
  }),
  'shorten-message-ids': (faithful) => ({
    restHeaders: (headers) =>
      faithful
        .restHeaders(headers)
        .map((header) => (isHeader(header, 'x-road-id') ? [header[0], header[1].slice(0, 36)] : header)),
  }),
  'hide-made-ids': called((request) => ({
    ...request,
    headers: request.headers.filter(([name]) => name !== 'x-road-id'),
  })),
  'same-made-id': (faithful) => ({
    restHeaders(headers) {
      const kept = faithful.restHeaders(headers)
      if (kept.some((header) => isHeader(header, 'x-road-id'))) return kept
      const [instance = ''] = kept.find((header) => isHeader(header, 'x-road-client'))?.[1].split('/') ?? []
      return [...kept, ['x-road-id', `${instance}-00000000-0000-4000-8000-000000000000`]]
    },
  }),
  'limit-request-bodies': called((request) => {
    if (request.body.length > bodyLimit) throw fault('providerIo', { text: 'Maximum size exceeded' })
    return request
  }),
  'pass-on-request-hash': passesOn(['x-road-request-hash']),
  'pass-on-connection-headers': passesOn([
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'te',
    'trailer',
    'upgrade',
  ]),
  'pass-on-host': passesOn(['host']),
  'pass-on-user-agent': passesOn(['user-agent']),
  'refuse-expectations': (faithful) => ({
    parseRestRequest(method, target, headers, quirks) {
      if (headers.some((header) => isHeader(header, 'expect'))) throw fault('internal', { text: 'Expectation failed' })
      return faithful.parseRestRequest(method, target, headers, quirks)
    },
  }),
  'refuse-unusual-bodies': (faithful) => ({
    parseRestRequest(method, target, headers, quirks) {
      const hasBody = headers.some((header) => isHeader(header, 'content-length') && header[1] !== '0')
      if (hasBody && /^(GET|DELETE)$/.test(method)) throw fault('internal', { text: 'Unexpected body' })
      return faithful.parseRestRequest(method, target, headers, quirks)
    },
  }),
  'accept-any-method': (faithful) => ({
    parseRestRequest(method, ...rest) {
      const known = /^(DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|TRACE)$/.test(method)
      return { ...faithful.parseRestRequest(known ? method : 'POST', ...rest), verb: method }
    },
  }),
  'lower-case-methods': called((request) => ({ ...request, method: request.method.toLowerCase() })),
  'only-known-headers': headersCalled((headers) => headers.filter(([name]) => knownHeaders.test(name))),
  'merge-repeated-headers': headersCalled(merge),
  'sort-headers': headersCalled((headers) => headers.toSorted(([one], [other]) => (one < other ? -1 : 1))),
  'tidy-media-types': headersCalled((headers) =>
    headers.map((header) => (isHeader(header, 'content-type') ? [header[0], header[1].replaceAll('"', '')] : header)),
  ),
  'add-media-type': headersCalled((headers) =>
    headers.some((header) => isHeader(header, 'content-type'))
      ? headers
      : [...headers, ['Content-Type', 'application/octet-stream']],
  ),
  'rewrite-accept': headersCalled((headers) =>
    headers.map((header) => (isHeader(header, 'accept') ? [header[0], '*/*'] : header)),
  ),
  'frame-twice': called((request) => ({
    ...request,
    chunked: request.body.length > 0,
    headers: request.body.length > 0 ? [...request.headers, ['Transfer-Encoding', 'chunked']] : request.headers,
  })),
  'damage-request-bodies': called((request) => {
    if (request.body.bytes === undefined || !/^(POST|PUT|PATCH)$/.test(request.method)) return request
    const body = bodyOf(Buffer.concat([request.body.bytes, Buffer.from('\n')]))
    const headers = request.headers.filter((header) => !isHeader(header, 'content-length'))
    return { ...request, body, headers: [...headers, ['Content-Length', String(body.length)]] }
  }),
}

const knownHeaders = /^x-road-(client|id|request-id)$|^content-|^accept|^transfer-encoding$/i

function firstFour(client: string): string {
  return client.split('/').slice(0, 4).join('/')
}

/** Values of one name in one header, at the place of the first. */
export function merge(headers: readonly RawHeader[]): readonly RawHeader[] {
  const merged = new Map<string, RawHeader>()
  for (const [name, value] of headers) {
    const before = merged.get(name.toLowerCase())
    merged.set(name.toLowerCase(), before === undefined ? [name, value] : [before[0], `${before[1]}, ${value}`])
  }
  return [...merged.values()]
}

/** Headers that stay with the caller go on after all, as he wrote them. */
function passesOn(names: readonly string[]): Deviation {
  return (faithful) => ({
    parseRestRequest(method, target, headers, quirks) {
      const parsed = faithful.parseRestRequest(method, target, headers, quirks)
      return {
        ...parsed,
        headers: [...parsed.headers, ...headers.filter(([name]) => names.includes(name.toLowerCase()))],
      }
    },
  })
}

function called(change: (request: ProviderRequest) => ProviderRequest): Deviation {
  return (faithful: Decisions) => ({
    callRestProvider: (caller, request) => faithful.callRestProvider(caller, change(request)),
  })
}

function headersCalled(change: (headers: readonly RawHeader[]) => readonly RawHeader[]): Deviation {
  return called((request) => ({ ...request, headers: change(request.headers) }))
}
