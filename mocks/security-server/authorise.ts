import { type ClientId, formatPath } from '../../fixtures/identifiers.ts'
import type { AccessSubject, Endpoint } from '../../fixtures/topology.ts'
import type { GlobalConfiguration } from './global-configuration.ts'
import { configurationOf } from './known-instances.ts'
import type { ConfiguredClient } from './server-configuration.ts'

export interface AccessQuestion {
  readonly client: ClientId
  /** Owner of the service: local groups are its own. */
  readonly provider: ConfiguredClient
  readonly serviceCode: string
  /** Undefined for SOAP: only a right to the whole service counts. A path that is undefined is covered by no right. */
  readonly request: { readonly method: string; readonly path: string | undefined } | undefined
  /** Its global groups, and those of federated instances, each its own. */
  readonly global: GlobalConfiguration
}

/** Whether any right of any version of the service covers the request (ACL-01..12). There are no rules that deny. */
export function authorise(question: AccessQuestion): boolean {
  const { provider, serviceCode, request } = question
  if (request !== undefined && request.path === undefined) return false
  const isClient = subjectTest(question)
  return provider.services
    .filter((service) => service.id.serviceCode === serviceCode)
    .flatMap((service) => service.rights)
    .some((right) => covers(right.endpoints, request) && isClient(right.subject))
}

/** Whether a subject of the service's rights is, or contains, the client. */
export function isSubject(
  subject: AccessSubject,
  who: Pick<AccessQuestion, 'client' | 'provider' | 'global'>,
): boolean {
  return subjectTest(who)(subject)
}

/** The same for many subjects: the client is written as a path once. */
function subjectTest({ client, provider, global }: Pick<AccessQuestion, 'client' | 'provider' | 'global'>) {
  const path = formatPath(client)
  return (subject: AccessSubject): boolean => {
    if ('client' in subject) return subject.client === path
    if ('localGroup' in subject) return provider.localGroups.get(subject.localGroup)?.has(path) ?? false
    const { groups } = configurationOf(global, subject.instance ?? global.instance) ?? {}
    return groups?.get(subject.globalGroup)?.has(path) ?? false
  }
}

function covers(endpoints: readonly Endpoint[] | undefined, request: AccessQuestion['request']): boolean {
  if (endpoints === undefined) return true
  if (request?.path === undefined) return false
  const { method, path } = request
  return endpoints.some((endpoint) => matchesEndpoint(endpoint, { method, path }))
}

/** `*` for any method; the path pattern must cover the whole path, letter case and trailing slash included. */
export function matchesEndpoint(
  endpoint: Endpoint,
  request: { readonly method: string; readonly path: string },
): boolean {
  const method = endpoint.method === '*' || endpoint.method.toUpperCase() === request.method.toUpperCase()
  return method && matchesPath(endpoint.path, request.path)
}

/** `*` takes the rest of a segment and gives nothing back; `**` takes anything (ACL-08). Of several `**` only the last is ever tried anew. */
export function matchesPath(pattern: string, path: string): boolean {
  if (pattern === '**') return true
  const pieces = pattern.split(/(\\.|\*\*+|\*)/)
  let index = 0
  let at: number | undefined = 0
  let retry: { readonly index: number; readonly at: number } | undefined
  for (;;) {
    const piece = pieces[index]
    if (at === path.length && piece === undefined) return true
    if (at !== undefined && piece !== undefined) {
      index += 1
      if (piece.startsWith('**')) retry = { index, at }
      else at = matchPiece(piece, path, at)
    } else {
      if (retry === undefined || retry.at >= path.length) return false
      retry = { index: retry.index, at: retry.at + 1 }
      index = retry.index
      at = retry.at
    }
  }
}

/** Where the piece ends in the path, if it stands there. */
function matchPiece(piece: string, path: string, at: number): number | undefined {
  if (piece === '*') {
    const slash = path.indexOf('/', at)
    return slash < 0 ? path.length : slash
  }
  const literal = piece.startsWith('\\') && piece.length === 2 ? piece.slice(1) : piece
  return path.startsWith(literal, at) ? at + literal.length : undefined
}
