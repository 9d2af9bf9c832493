import { hash } from 'node:crypto'
import { type ClientId, equalIds, formatPath, type ServerId } from '../../fixtures/identifiers.ts'
import type { GlobalConfiguration, GlobalServer } from '../security-server/global-configuration.ts'
import type { Amendments } from './amendments.ts'
import type { RegisteredRequest } from './registered-request.ts'

/** What a request is decided by. */
export interface RegisterState {
  readonly global: GlobalConfiguration
  readonly amendments: Amendments
  readonly requests: readonly RegisteredRequest[]
  /** Provider of the management services. */
  readonly provider: ClientId
  /** Authentication certificates that the server of the request has from the start, DER. */
  readonly firstCertificates: readonly Buffer[]
}

/** The server as it is published now; undefined for one of another owner too. */
export function findServer({ global }: Pick<RegisterState, 'global'>, id: ServerId): GlobalServer | undefined {
  return global.servers.find((server) => equalIds(server.id, id))
}

/** What a server is to a client: its own, one that it has disabled, or a stranger. */
export function clientState(
  { amendments }: Pick<RegisterState, 'amendments'>,
  server: GlobalServer,
  client: ClientId,
): 'registered' | 'disabled' | undefined {
  const path = formatPath(client)
  if (server.clients.has(path)) return 'registered'
  return amendments.servers.get(server.code)?.clients.get(path) === 'disabled' ? 'disabled' : undefined
}

/** Whether a server is known by that certificate now. */
export function hasCertificate({ amendments, firstCertificates }: RegisterState, code: string, der: Buffer): boolean {
  const { added, deleted } = amendments.certificates
  const all = [...firstCertificates, ...(added.get(code) ?? [])]
  return all.some((known) => known.equals(der)) && !deleted.some((gone) => gone.equals(der))
}

/** Whether any server is known by that certificate now. */
export function isListed({ global }: Pick<RegisterState, 'global'>, der: Buffer): boolean {
  const sha256 = hash('sha256', der)
  return global.servers.some(({ authenticationCertificates }) => authenticationCertificates.has(sha256))
}

/** The request of that kind that waits for approval: for the same server, and for the same client if it names one. */
export function findWaiting(
  { requests }: Pick<RegisterState, 'requests'>,
  { service, fields }: Pick<RegisteredRequest, 'service' | 'fields'>,
): RegisteredRequest | undefined {
  const { server, client, authCert } = fields
  return requests.find((other) => {
    if (other.status !== 'WAITING' || other.service !== service || !equalIds(other.fields.server, server)) return false
    if (service === 'clientReg') return client && other.fields.client && equalIds(client, other.fields.client)
    return service === 'authCertReg' ? authCert && other.fields.authCert?.equals(authCert) : true
  })
}
