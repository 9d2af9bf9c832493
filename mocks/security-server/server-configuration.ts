import type { ClientStatus, ConnectionType } from '../../fixtures/connection-type.ts'
import { type ClientId, clientIdOf, formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import type {
  AccessSubject,
  Endpoint,
  ServerSettings,
  TopologyClient,
  TopologyDescription,
  TopologyServer,
  TopologyService,
} from '../../fixtures/topology.ts'
import type { Credential } from '../pki/keystore.ts'
import { canonicalPath } from './global-configuration.ts'
import type { Signing } from './signing.ts'

/**
 * What a security server has configured now: one immutable snapshot, indexed when it is made. A message reads the
 * snapshot once, when it arrives, and never sees half a change.
 */
export interface ServerConfiguration {
  readonly settings: ServerSettings
  readonly internalCertificate: Credential
  readonly signing: Signing
  client(id: ClientId): ConfiguredClient | undefined
  readonly clients: readonly ConfiguredClient[]
}

export interface ConfiguredClient {
  readonly id: ClientId
  /** Canonical path, `FI-DEV/GOV/0245437-2/TestClient`. */
  readonly path: string
  readonly status: ClientStatus
  readonly connectionType: ConnectionType
  /** The listed certificates, by the SHA-256 of their DER. */
  readonly certificates: ReadonlyMap<string, Credential>
  readonly localGroups: ReadonlyMap<string, ReadonlySet<string>>
  readonly services: readonly ConfiguredService[]
  /** The service of exactly that code and version. */
  service(code: string, version: string | undefined): ConfiguredService | undefined
}

export interface ConfiguredService {
  readonly id: ServiceId
  readonly description: Pick<TopologyDescription, 'type' | 'url' | 'disabled' | 'notice'>
  readonly url: string
  readonly timeoutSeconds: number
  readonly verifyTls: boolean
  readonly endpoints: readonly Endpoint[]
  readonly rights: readonly Right[]
}

export interface Right {
  readonly subject: AccessSubject
  /** Undefined: the whole service. */
  readonly endpoints: readonly Endpoint[] | undefined
}

/** The data behind a snapshot: what the topology says, as changed since, and every certificate by name. */
export interface ServerState {
  readonly server: TopologyServer
  readonly certificates: ReadonlyMap<string, Credential>
  readonly internalCertificate: Credential
  readonly signing: Signing
}

/** Resolves `${system.http}` in the address of a service. */
export type ResolveAddress = (address: string) => string

export function buildServerConfiguration(state: ServerState, resolve: ResolveAddress): ServerConfiguration {
  const clients = state.server.clients.map((client) => configuredClient(client, state.certificates, resolve))
  const byPath = new Map(clients.map((client) => [client.path, client]))
  return {
    settings: state.server.settings,
    internalCertificate: state.internalCertificate,
    signing: state.signing,
    clients,
    client: (id) => byPath.get(formatPath(id)),
  }
}

function configuredClient(
  client: TopologyClient,
  certificates: ReadonlyMap<string, Credential>,
  resolve: ResolveAddress,
): ConfiguredClient {
  const id = clientIdOf(client.id)
  const listed = client.certificates.map((name) => certificates.get(name)).filter((one) => one !== undefined)
  const services = client.descriptions.flatMap((description) => configuredServices(id, description, resolve))
  const byCode = new Map(
    services.map((service) => [serviceKey(service.id.serviceCode, service.id.serviceVersion), service]),
  )
  return {
    id,
    path: formatPath(id),
    status: client.status,
    connectionType: client.connectionType,
    certificates: new Map(listed.map((certificate) => [certificate.sha256, certificate])),
    localGroups: new Map(client.localGroups.map((group) => [group.code, new Set(group.members.map(canonicalPath))])),
    services,
    service: (code, version) => byCode.get(serviceKey(code, version)),
  }
}

function configuredServices(
  provider: ClientId,
  description: TopologyDescription,
  resolve: ResolveAddress,
): ConfiguredService[] {
  const { type, disabled, notice } = description
  const described = { type, url: resolve(description.url), disabled, ...(notice === undefined ? {} : { notice }) }
  return description.services.map((service) => ({
    id: serviceIdOf(provider, service),
    description: described,
    url: resolve(service.url),
    timeoutSeconds: service.timeoutSeconds,
    verifyTls: service.verifyTls,
    endpoints: service.endpoints,
    rights: service.allow.flatMap((right) =>
      right.subjects.map((subject) => ({ subject: canonicalSubject(subject), endpoints: right.endpoints })),
    ),
  }))
}

function serviceIdOf(provider: ClientId, service: TopologyService): ServiceId {
  const version = service.version === undefined ? {} : { serviceVersion: service.version }
  return { kind: 'service', provider, serviceCode: service.code, ...version }
}

function canonicalSubject(subject: AccessSubject): AccessSubject {
  if (!('client' in subject)) return subject
  const client = canonicalPath(subject.client)
  return client === subject.client ? subject : { client }
}

function serviceKey(code: string, version: string | undefined): string {
  return JSON.stringify([code, version ?? null])
}
