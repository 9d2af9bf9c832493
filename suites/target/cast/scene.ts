import type { Bindings } from '../../../fixtures/bindings.ts'
import { clientIdOf } from '../../../fixtures/identifiers.ts'
import type { Topology, TopologyClient, TopologyServer } from '../../../fixtures/topology.ts'
import { UsageError } from '../../../fixtures/usage-error.ts'
import { isProviderBound } from '../target-description.ts'
import { canSign, mayCall, type PlacedService, placedServices } from './access.ts'
import type { IdentityFacts } from './identity-facts.ts'

/** What the casting of clients, certificates and services looks at. */
export interface Scene {
  readonly topology: Topology
  readonly bindings: Bindings
  readonly identities: ReadonlyMap<string, IdentityFacts>
  /** The security server that consumers call: the first with an address, if there is one. */
  readonly server: TopologyServer
  readonly services: readonly PlacedService[]
  /** The test services open to the caller: `rest-test` and `getRandom`. */
  readonly testServices: readonly PlacedService[]
  /** The client whose rights tell an open service from a closed one: the ordinary one, or any if there is none. */
  readonly caller: TopologyClient | undefined
  /** The ordinary client: HTTPS, with one certificate of its own. Most other parts are cast in relation to it. */
  readonly https: TopologyClient | undefined
}

/** Sets the scene: the consumer's server, and the ordinary client and services on which the other parts depend. */
export function setScene(
  topology: Topology,
  bindings: Bindings,
  identities: ReadonlyMap<string, IdentityFacts>,
): Scene {
  const bound = topology.servers.filter((server) => bindings.servers[server.code] !== undefined)
  const services = placedServices(topology).filter((one) => one.provider.status === 'registered')
  const open = services.filter((one) => !one.description.disabled)
  const consumers = bound.flatMap((server) =>
    server.clients.flatMap((client) => {
      if (client.status !== 'registered' || !isSubsystem(client) || !canSign(server, client)) return []
      const callable = open.filter((one) => mayCall(topology, client.id, one))
      const testServices = [callable.find(isRestTest), callable.find(isGetRandom)].filter((one) => one !== undefined)
      return testServices.length > 0 ? [{ server, client, testServices }] : []
    }),
  )
  const ordinary = consumers.find(({ client }) => hasOwnCertificate(client, { identities }))
  // Where information systems alone are bound nobody calls a server, and any will do.
  const servers = isProviderBound(bindings) ? [...bound, ...topology.servers] : bound
  const { server, client, testServices = [] } = ordinary ?? consumers[0] ?? { server: servers[0] }
  if (server === undefined) {
    const codes = topology.servers.map(({ code }) => code)
    throw new UsageError(
      `the bindings have no security server and no information system; write the addresses of ${codes.join(' or ')} in them`,
    )
  }
  return { topology, bindings, identities, server, services, testServices, caller: client, https: ordinary?.client }
}

/** The REST test service, by the code under which the Finnish test environments offer it. */
export function isRestTest(one: PlacedService): boolean {
  return one.description.type !== 'WSDL' && one.service.code === 'rest-test'
}

export function isGetRandom(one: PlacedService): boolean {
  return one.description.type === 'WSDL' && one.service.code === 'getRandom'
}

export function isHttps(client: TopologyClient): boolean {
  return client.connectionType === 'HTTPS'
}

export function isSubsystem(client: TopologyClient): boolean {
  return clientIdOf(client.id).kind === 'subsystem'
}

/** Whether the client is of type HTTPS and lists one certificate, good in every respect, that we can present. */
export function hasOwnCertificate(client: TopologyClient, { identities }: Pick<Scene, 'identities'>): boolean {
  const [name, ...others] = client.certificates
  const identity = name === undefined ? undefined : identities.get(name)
  const isGood = identity?.hasKey === true && identity.validity === 'current' && !identity.authority
  return isHttps(client) && others.length === 0 && isGood
}
