import { type ClientId, clientIdOf, equalIds, formatPath } from '../../../fixtures/identifiers.ts'
import type { TopologyClient, TopologyServer } from '../../../fixtures/topology.ts'
import { missing } from '../not-applicable.ts'
import { canSign, mayCall, type PlacedService, placedServices } from './access.ts'
import type { Cast } from './cast.ts'
import { castCertificate, certificateRoles } from './certificate-roles.ts'
import { type ClientRole, clientRoles, mayCallTestServices } from './client-roles.ts'
import { descriptionKinds, findDescribed } from './descriptions.ts'
import { findGrant, grants } from './grants.ts'
import { findJudged, judgedKinds } from './judged-services.ts'
import { findMaintenance, maintenanceCases } from './maintenance.ts'
import { isGetRandom, type Scene } from './scene.ts'
import { findScripted, scriptedKinds } from './scripted-services.ts'
import { castService, serviceRoles } from './service-roles.ts'

/** Gives the parts, and says by which certificate a client calls and where it is at home. */
export function castParts(scene: Scene) {
  const { topology, server } = scene
  const registered = server.clients.filter((client) => client.status === 'registered')
  // Whoever cannot sign is fit for no other part.
  const playersOf = (role: ClientRole) => registered.filter((client) => role === 'unsigned' || canSign(server, client))
  const findClient = (role: ClientRole) => playersOf(role).find((client) => clientRoles[role].plays(client, scene))
  const otherTenant = findClient('other-tenant')?.id
  const bound = topology.servers.filter((one) => scene.bindings.servers[one.code] !== undefined)
  // The consumers' own server first: a client may be registered on several.
  const homes = new Map(
    [...bound.filter((one) => one !== server), server].flatMap((one) =>
      one.clients.map((client) => [client.id, { one, client }] as const),
    ),
  )
  const services = placedServices(topology)

  function ownCertificate(id: ClientId): string {
    const client: TopologyClient | undefined = homes.get(formatPath(id))?.client
    if (client?.connectionType !== 'HTTPS') return 'none'
    return client.certificates.find((name) => scene.identities.get(name)?.hasKey) ?? 'none'
  }

  const parts: Cast = {
    client(role) {
      return clientIdOf((findClient(role) ?? missing(`client ${clientRoles[role].what}`)).id)
    },
    clientInState(status) {
      const client = server.clients.find((one) => one.status === status && one.certificates.length > 0)
      return clientIdOf((client ?? missing(`client with a certificate in state ${status}`)).id)
    },
    clientElsewhere() {
      const here = new Set(server.clients.map(({ id }) => id))
      const elsewhere = topology.servers.flatMap((one) => one.clients.filter(({ status }) => status === 'registered'))
      return clientIdOf((elsewhere.find(({ id }) => !here.has(id)) ?? missing('client of another security server')).id)
    },
    certificate(role) {
      return castCertificate(role, scene) ?? missing(`certificate ${certificateRoles[role].what}`)
    },
    certificateOf(client, n = 0) {
      return (
        homes.get(formatPath(client))?.client.certificates[n] ?? missing(`certificate that ${formatPath(client)} lists`)
      )
    },
    clientListing(certificate) {
      const client = registered.find((one) => one.certificates.includes(certificate) && mayCallTestServices(one, scene))
      return clientIdOf((client ?? missing(`client with rights that lists ${certificate}`)).id)
    },
    service(role, protocol) {
      const service = castService(role, protocol, scene, otherTenant)
      return (service ?? missing(`${protocol} test service ${serviceRoles[role].what}`)).id
    },
    unversionedService() {
      const service = scene.services.find((one) => isGetRandom(one) && one.service.version === undefined)
      return (service ?? missing('soap service without a version')).id
    },
    versionForNobody() {
      const isCallable = (one: PlacedService) => scene.caller !== undefined && mayCall(topology, scene.caller.id, one)
      const service = scene.services.find(
        (one) =>
          one.description.type === 'WSDL' &&
          one.service.allow.length === 0 &&
          scene.services.some(
            (other) => other.provider === one.provider && other.service.code === one.service.code && isCallable(other),
          ),
      )
      return (service ?? missing('soap service with a version that names nobody and another that may be called')).id
    },
    grantedThrough(kind, protocol) {
      return (
        findGrant(kind, protocol, scene) ??
        missing(`${protocol} service that a client may call through ${grants[kind]}`)
      )
    },
    described(kind) {
      return findDescribed(kind, scene) ?? missing(`service ${descriptionKinds[kind].what}`)
    },
    serviceInMaintenance(kind, protocol) {
      return findMaintenance(kind, protocol, scene) ?? missing(`provider ${maintenanceCases[kind]}`)
    },
    judged(kind) {
      return findJudged(kind, scene) ?? missing(`${judgedKinds[kind].what} whose information system could be judged`)
    },
    noticeOf(service) {
      const placed = services.find(({ id }) => equalIds(id, service))
      return placed?.description.notice ?? missing(`notice of ${formatPath(service)}`)
    },
    scriptedService(protocol, kind = 'plain') {
      const found = findScripted(protocol, kind, scene)
      return found ?? missing(`${protocol} service that answers as scripted, ${scriptedKinds[kind].what}`)
    },
    serverWith(setting, value) {
      return (
        bound.find((one) => one.settings[setting] === value) ?? missing(`running server with ${setting}: ${value}`)
      ).code
    },
    outdatedServer() {
      const server = bound.find(({ settings }) => settings.softwareVersion !== undefined)
      return (server ?? missing('running server with a softwareVersion of its own')).code
    },
    spareServer() {
      const isOld = ({ settings }: TopologyServer) => settings.softwareVersion !== undefined
      const spare = bound.find((one) => one !== server && one.owner === server.owner && isOld(one))
      const { healthCheck, peer } = scene.bindings.servers[spare?.code ?? ''] ?? {}
      if (spare !== undefined && healthCheck !== undefined && peer !== undefined) return spare
      return missing('second server of the same owner, with a softwareVersion of its own and a health check')
    },
    serviceInState(status, protocol) {
      const isOfProtocol = (one: PlacedService) => (one.description.type === 'WSDL') === (protocol === 'soap')
      const service = services.find((one) => one.provider.status === status && isOfProtocol(one))
      return (service ?? missing(`${protocol} service of a provider in state ${status}`)).id
    },
  }
  return { parts, ownCertificate, serverOf: (id: ClientId) => homes.get(formatPath(id))?.one.code ?? server.code }
}
