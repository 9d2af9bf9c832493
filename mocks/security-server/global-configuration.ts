import { type ClientId, clientIdOf, equalIds, formatPath, memberOf, type ServerId } from '../../fixtures/identifiers.ts'
import type { Topology, TopologyServer } from '../../fixtures/topology.ts'

/** What every security server of an instance knows: who exists, and which server hosts whom. */
export interface GlobalConfiguration {
  readonly instance: string
  /** Members in order, each with its subsystems; the order of the metaservice listClients. */
  readonly members: readonly GlobalMember[]
  readonly servers: readonly GlobalServer[]
  /** PEM of the authorities whose certificates security servers take from one another. */
  readonly authorities: readonly string[]
  /** Paths of member and subsystem identifiers, by group code. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>
  /** Authentication certificates that have been registered or deleted since the start. */
  readonly certificates?: AmendedCertificates
  /** The document that it was read from, if it was downloaded. */
  readonly document?: SharedDocument
  /** The federated instances whose configurations a server has downloaded. */
  readonly federated?: readonly FederatedInstance[]
}

/** What a security server has downloaded of a federated instance. */
export interface FederatedInstance {
  readonly configuration: GlobalConfiguration
  /** It is kept then, and serves nobody. */
  readonly isExpired: boolean
}

/** Shared parameters as they were published. */
export interface SharedDocument {
  readonly version: number
  readonly bytes: Buffer
}

/** Authentication certificates of security servers, DER. */
export interface AmendedCertificates {
  /** By server code. */
  readonly added: ReadonlyMap<string, readonly Buffer[]>
  readonly deleted: readonly Buffer[]
}

export interface GlobalMember {
  readonly id: ClientId
  readonly name: string
  readonly subsystems: readonly { readonly id: ClientId; readonly name: string | undefined }[]
}

export interface GlobalServer {
  readonly id: ServerId
  readonly code: string
  readonly address: string
  readonly running: boolean
  /** Paths of the clients that the server hosts. */
  readonly clients: ReadonlySet<string>
  readonly maintenance: { readonly message: string | undefined } | undefined
  /** Port for other security servers, if it is another than 5500. */
  readonly peerPort?: number
  /** SHA-256 of the DER of its registered authentication certificates, in lower-case hex; SHA-1 by version 2. */
  readonly authenticationCertificates: ReadonlySet<string>
}

/** By what security servers know one another. */
export interface PeerCertificates {
  readonly authorities: readonly string[]
  /** SHA-256 of authentication certificates, by server code. */
  readonly authentication: ReadonlyMap<string, readonly string[]>
}

/** What others may know of a client: whether it is registered at its server. */
export type HostedClient = Pick<TopologyServer['clients'][number], 'id' | 'status' | 'inGlobalConfiguration'>

/** A server as others may know it. */
export type HostingServer = Omit<TopologyServer, 'clients'> & { readonly clients: readonly HostedClient[] }

const noCertificates: PeerCertificates = { authorities: [], authentication: new Map() }

/** Derives the global configuration from a topology and the clients that its servers have now. */
export function buildGlobalConfiguration(
  topology: Topology,
  servers: readonly HostingServer[],
  certificates: PeerCertificates = noCertificates,
): GlobalConfiguration {
  const globalServers = servers.map((server) => globalServer(topology, server, certificates))
  const known = [
    ...servers.flatMap((server) => server.clients.filter(isPublished).map((client) => client.id)),
    ...topology.otherSubsystems.map((subsystem) => subsystem.id),
  ]
  const owners = new Set(servers.map((server) => server.owner))
  const ids = [...new Set(known)].map(clientIdOf)
  const subsystems = Map.groupBy(ids, (id) => formatPath(memberOf(id)))
  return {
    instance: topology.instance,
    members: topology.members.map((member) => ({
      id: clientIdOf(member.id),
      name: member.name,
      subsystems: (subsystems.get(member.id) ?? [])
        .filter((id) => id.kind === 'subsystem')
        .map((id) => ({ id, name: member.subsystemNames[id.subsystemCode] })),
    })),
    servers: globalServers,
    authorities: certificates.authorities,
    groups: new Map([
      ...topology.globalGroups.map((group) => [group.code, new Set(group.members.map(canonicalPath))] as const),
      ['security-server-owners', owners] as const,
    ]),
  }
}

/** The one spelling of a path: parsed and written anew. */
export function canonicalPath(path: string): string {
  return formatPath(clientIdOf(path))
}

function globalServer(topology: Topology, server: HostingServer, { authentication }: PeerCertificates): GlobalServer {
  const id = serverIdOf(server)
  const others = topology.otherSubsystems.filter((subsystem) => subsystem.servers.includes(server.code))
  const clients = [...server.clients.filter(isPublished), ...others].map((client) => canonicalPath(client.id))
  return {
    id,
    code: server.code,
    address: server.address ?? server.code,
    running: server.running,
    clients: new Set([...clients, formatPath(id.owner)]),
    maintenance: server.maintenance === undefined ? undefined : { message: server.maintenance.message },
    ...(server.listen.peer === 0 ? {} : { peerPort: server.listen.peer }),
    authenticationCertificates: new Set(authentication.get(server.code)),
  }
}

/** A server among all, which may have got another owner; another member's server may have the same code. */
export function findServer({ servers }: GlobalConfiguration, id: ServerId): GlobalServer | undefined {
  const [first, ...others] = servers.filter(({ code }) => code === id.serverCode)
  return others.length === 0 ? first : (servers.find((server) => equalIds(server.id, id)) ?? first)
}

/** A server as its topology names it. */
export function serverIdOf({ owner, code }: Pick<TopologyServer, 'owner' | 'code'>): ServerId {
  return { kind: 'server', owner: memberOf(clientIdOf(owner)), serverCode: code }
}

/** A client that is to be disabled is there until the central server has done it. */
function isPublished({ inGlobalConfiguration, status }: HostedClient): boolean {
  return inGlobalConfiguration ?? (status === 'registered' || status === 'disabling in progress')
}
