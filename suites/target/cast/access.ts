import {
  type ClientId,
  clientIdOf,
  equalIds,
  formatPath,
  memberOf,
  type ServiceId,
} from '../../../fixtures/identifiers.ts'
import type {
  AccessSubject,
  Topology,
  TopologyClient,
  TopologyDescription,
  TopologyServer,
  TopologyService,
} from '../../../fixtures/topology.ts'

/** One service of a topology with everything around it. */
export interface PlacedService {
  readonly server: TopologyServer
  readonly provider: TopologyClient
  readonly description: TopologyDescription
  readonly service: TopologyService
  readonly id: ServiceId
}

/** Every service of every running server, in the order of the topology. */
export function placedServices(topology: Topology): PlacedService[] {
  return topology.servers
    .filter((server) => server.running)
    .flatMap((server) =>
      server.clients.flatMap((provider) =>
        provider.descriptions.flatMap((description) =>
          description.services.map((service) => ({
            server,
            provider,
            description,
            service,
            id: serviceIdOf(provider, service),
          })),
        ),
      ),
    )
}

/** Whether the member of a client has a signing certificate on that server. */
export function canSign(server: TopologyServer, { id }: TopologyClient): boolean {
  return !server.membersWithoutSigningCertificate.includes(formatPath(memberOf(clientIdOf(id))))
}

/** The services that a client offers, on whatever server. */
export function servicesOf(topology: Topology, provider: ClientId): PlacedService[] {
  return placedServices(topology).filter(({ id }) => equalIds(id.provider, provider))
}

/** Whether the topology gives a client a right to the whole service. */
export function mayCall(topology: Topology, client: string, placed: PlacedService): boolean {
  return placed.service.allow.some(
    (right) =>
      right.endpoints === undefined &&
      right.subjects.some((subject) => includesClient(topology, placed.provider, subject, client)),
  )
}

function includesClient(topology: Topology, provider: TopologyClient, subject: AccessSubject, client: string): boolean {
  if ('client' in subject) return subject.client === client
  if ('localGroup' in subject) return hasMember(provider.localGroups, subject.localGroup, client)
  // Who belongs to a group of another instance, only that one knows.
  if ((subject.instance ?? topology.instance) !== topology.instance) return false
  if (subject.globalGroup !== 'security-server-owners')
    return hasMember(topology.globalGroups, subject.globalGroup, client)
  return topology.servers.some((server) => server.owner === formatPath(memberOf(clientIdOf(client))))
}

function hasMember(
  groups: readonly { code: string; members: readonly string[] }[],
  code: string,
  client: string,
): boolean {
  return groups.some((group) => group.code === code && group.members.includes(client))
}

function serviceIdOf(provider: TopologyClient, service: TopologyService): ServiceId {
  return {
    kind: 'service',
    provider: clientIdOf(provider.id),
    serviceCode: service.code,
    ...(service.version !== undefined && { serviceVersion: service.version }),
  }
}
