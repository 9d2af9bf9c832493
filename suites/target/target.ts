import { randomUUID } from 'node:crypto'
import type { CentralServerBinding } from '../../fixtures/bindings.ts'
import type { ClientStatus } from '../../fixtures/connection-type.ts'
import type { ProviderCall } from '../../fixtures/exchange.ts'
import { type ClientId, equalIds, formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import { findProfile, type VersionProfile } from '../../fixtures/profiles.ts'
import type { ProviderScript } from '../../fixtures/provider-script.ts'
import type { ServerSettings, Topology, TopologyClient } from '../../fixtures/topology.ts'
import type { Caller } from '../client/caller.ts'
import { type Connection, type ConnectionChoices, type Identity, openConnection } from '../client/connection.ts'
import { type ControlClient, controlClient } from '../client/control-client.ts'
import { openRawConnection } from '../client/raw-client.ts'
import { type RestClient, restClient } from '../client/rest-client.ts'
import { type SoapClient, soapClient } from '../client/soap-client.ts'
import type { Seen } from '../observe/answer.ts'
import { clientIdOf, type PlacedService, placedServices } from './access.ts'
import { type CertificateRole, castCertificate, certificateRoles } from './certificate-roles.ts'
import { type ClientRole, clientRoles } from './client-roles.ts'
import { findGrant, type Grant, grants } from './grants.ts'
import { readIdentities } from './identity-facts.ts'
import { findMaintenance, type MaintenanceCase, maintenanceCases, type ServiceInMaintenance } from './maintenance.ts'
import { NotApplicable } from './not-applicable.ts'
import { isGetRandom, type Scene, setScene } from './scene.ts'
import { findScripted, type ScriptedKind, scriptedKinds } from './scripted-services.ts'
import { castService, type ServiceRole, serviceRoles } from './service-roles.ts'
import { capabilities, type TargetDescription } from './target-description.ts'

/** The two message protocols; most behaviour is judged over both. */
export const protocols = ['rest', 'soap'] as const

export type Protocol = (typeof protocols)[number]

/** How a call reaches the server. `certificate` is a name of the bindings, `own` (the first that the client lists) or `none`. */
export interface Route {
  readonly certificate?: string
  readonly over?: 'http' | 'https'
  /** Code of the security server; by default the one that the client belongs to. */
  readonly server?: string
  /** Send requests as they are written, however odd (suites/client/raw-client.ts). */
  readonly raw?: boolean
}

/** Who calls and how: by a route of its own, or over a connection that several callers share. */
export type Approach = { readonly client: ClientId } & (Route | { readonly connection: OpenLine })

/** A connection that is kept between calls. */
export interface OpenLine extends AsyncDisposable {
  readonly connection: Connection
  readonly server: string
  readonly over: 'http' | 'https'
  readonly certificate: string
}

/** What a scenario holds. Whoever is missing in the topology or the bindings makes the scenario not applicable. */
export interface Target {
  readonly topology: Topology
  readonly profile: VersionProfile
  /** Code of the security server that the consumers use. */
  readonly server: string
  readonly control: ControlClient
  /** Anchors of the source of global configuration. */
  readonly centralServer: CentralServerBinding
  /** What every call of this scenario brought, in order. */
  readonly evidence: readonly Seen[]
  client(role: ClientRole): ClientId
  clientInState(status: ClientStatus): ClientId
  /** A client that is registered on other security servers only. */
  clientElsewhere(): ClientId
  certificate(role: CertificateRole): string
  /** Name of the n-th certificate (from 0) that a client lists. */
  certificateOf(client: ClientId, n?: number): string
  service(role: ServiceRole, protocol: Protocol): ServiceId
  /** `getRandom` without a version, the way REST names services. */
  unversionedService(): ServiceId
  /** A service to which a right leads only through a group or an endpoint, and a client that has it. */
  grantedThrough(kind: Grant, protocol: Protocol): { readonly client: ClientId; readonly service: ServiceId }
  /** The notice with which the administrator disabled a service. */
  noticeOf(service: ServiceId): string
  /** A service of a provider whose security servers are in maintenance, or some of them. */
  serviceInMaintenance(kind: MaintenanceCase, protocol: Protocol): ServiceInMaintenance
  /** Code of a security server on which the setting has that value. */
  serverWith(setting: keyof ServerSettings, value: boolean): string
  /** A test service of a provider in that state. */
  serviceInState(status: ClientStatus, protocol: Protocol): ServiceId
  /** Whether a certificate is valid today and can be presented. */
  isGood(certificate: string): boolean
  /** A certificate of the bindings with its key. */
  identity(certificate: string): Identity
  /** PEM of a certificate of the bindings. */
  pem(certificate: string): string
  /** SHA-256 of the DER of a certificate of the bindings, in lower-case hex. */
  sha256(certificate: string): string
  rest(approach: Approach): RestClient
  soap(approach: Approach): SoapClient
  /** A service whose information system answers as `askScripted` says, within `timeoutSeconds`. */
  scriptedService(protocol: Protocol, kind?: ScriptedKind): PlacedService
  /** Asks that service; `answer` says for the message what comes back from its information system. */
  askScripted(
    protocol: Protocol,
    approach: Approach,
    answer: (message: ScriptedMessage) => ProviderScript,
  ): Promise<Seen>
  /** The same question in either protocol: a random number of `rest-test` or of `getRandom`. */
  ask(protocol: Protocol, service: ServiceId, approach: Approach): Promise<Seen>
  /** What the providers' information systems were sent on account of that call. */
  providerCalls(seen: Seen): Promise<readonly ProviderCall[]>
  /** A connection for several calls, made when the first is sent. */
  connect(route: Route & Pick<ConnectionChoices, 'resume' | 'serverName'>): OpenLine
}

/** What the provider of a scripted answer knows of the message. */
export interface ScriptedMessage {
  readonly client: ClientId
  readonly service: ServiceId
  readonly id: string
}

/** Reads a description once; each call of the result makes the target of one scenario. */
export function connectTo(description: TargetDescription, newId: () => string = randomUUID): () => Target {
  const { topology, bindings, exact } = description
  const profile = findProfile(description.profile)
  if (profile === undefined) throw new Error(`No profile is named "${description.profile}".`)
  const scene = setScene(topology, bindings, readIdentities(bindings))
  const cast = castParts(scene)

  function connect(route: Route & Pick<ConnectionChoices, 'resume' | 'serverName'>): OpenLine {
    const { over = 'https', certificate = 'none', server = scene.server.code, raw = false, ...choices } = route
    const { [over]: url, trust } = bindings.servers[server] ?? {}
    if (url === undefined) throw new NotApplicable(`the bindings give no ${over} address of the server ${server}`)
    const { certificate: pem, key } = bindings.identities[certificate] ?? {}
    if (certificate !== 'none' && (pem === undefined || key === undefined)) {
      throw new NotApplicable(`the bindings give no key for the certificate ${certificate}`)
    }
    const identity = pem !== undefined && key !== undefined && { identity: { certificate: pem, key } }
    const endpoint = { url, ...(trust !== undefined && { trust }) }
    const connection = (raw ? openRawConnection : openConnection)(endpoint, { ...choices, ...identity })
    return { connection, server, over, certificate, [Symbol.asyncDispose]: () => connection.close() }
  }

  function lineOf(approach: Approach): OpenLine {
    if ('connection' in approach) return approach.connection
    const own = cast.ownCertificate(approach.client)
    const certificate =
      approach.certificate === undefined || approach.certificate === 'own' ? own : approach.certificate
    const server = approach.server ?? cast.serverOf(approach.client)
    return connect({
      over: approach.over ?? 'https',
      certificate: approach.over === 'http' ? 'none' : certificate,
      server,
      raw: approach.raw ?? false,
    })
  }

  function openControl(): ControlClient {
    if (bindings.control === undefined) throw new NotApplicable(capabilities.control)
    return controlClient(bindings.control)
  }

  return () => {
    const evidence: Seen[] = []

    const caller =
      (approach: Approach): Caller =>
      async (request, facts) => {
        const line = lineOf(approach)
        const { server, over, certificate } = line
        try {
          const answer = await line.connection.send(request)
          const seen = { ...answer, call: { ...facts, server, over, certificate }, acceptance: { profile, exact } }
          evidence.push(seen)
          return seen
        } finally {
          if (!('connection' in approach)) await line.connection.close()
        }
      }
    const rest = (approach: Approach) => restClient(caller(approach), approach.client, newId)
    const soap = (approach: Approach) => soapClient(caller(approach), approach.client, newId)

    return {
      ...cast.parts,
      topology,
      profile,
      server: scene.server.code,
      evidence,
      get control() {
        return openControl()
      },
      get centralServer() {
        return bindings.centralServer ?? missing('source of global configuration')
      },
      async providerCalls({ call }) {
        const exchanges = await openControl().exchanges(call.messageId)
        return exchanges.flatMap((exchange) => exchange.providerCalls)
      },
      isGood: (name) =>
        scene.identities.get(name)?.hasKey === true && scene.identities.get(name)?.validity === 'current',
      identity(name) {
        const { certificate, key } = bindings.identities[name] ?? {}
        if (certificate === undefined || key === undefined) missing(`certificate named ${name} with its key`)
        return { certificate, key }
      },
      pem: (name) => bindings.identities[name]?.certificate ?? missing(`certificate named ${name}`),
      sha256: (name) => scene.identities.get(name)?.sha256 ?? missing(`certificate named ${name}`),
      rest,
      soap,
      async askScripted(protocol, approach, answer) {
        const service = cast.parts.scriptedService(protocol).id
        const id = newId()
        await openControl().script(id, [answer({ client: approach.client, service, id })])
        if (protocol === 'rest') return rest(approach).get(service, '', { messageId: id })
        return soap(approach).call(service, { id })
      },
      ask(protocol, service, approach) {
        return protocol === 'rest' ? rest(approach).get(service, '/random') : soap(approach).call(service)
      },
      connect,
    }
  }
}

/** Who plays which part, as `Target` offers it. */
function castParts(scene: Scene) {
  const { topology, server } = scene
  const registered = server.clients.filter((client) => client.status === 'registered')
  const findClient = (role: ClientRole) => registered.find((client) => clientRoles[role].plays(client, scene))
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

  const parts = {
    client(role: ClientRole) {
      return clientIdOf((findClient(role) ?? missing(`client ${clientRoles[role].what}`)).id)
    },
    clientInState(status: ClientStatus) {
      const client = server.clients.find((one) => one.status === status && one.certificates.length > 0)
      return clientIdOf((client ?? missing(`client with a certificate in state ${status}`)).id)
    },
    clientElsewhere() {
      const here = new Set(server.clients.map(({ id }) => id))
      const elsewhere = topology.servers.flatMap((one) => one.clients.filter(({ status }) => status === 'registered'))
      return clientIdOf((elsewhere.find(({ id }) => !here.has(id)) ?? missing('client of another security server')).id)
    },
    certificate(role: CertificateRole) {
      return castCertificate(role, scene) ?? missing(`certificate ${certificateRoles[role].what}`)
    },
    certificateOf(client: ClientId, n = 0) {
      return (
        homes.get(formatPath(client))?.client.certificates[n] ?? missing(`certificate that ${formatPath(client)} lists`)
      )
    },
    service(role: ServiceRole, protocol: Protocol) {
      const service = castService(role, protocol, scene, otherTenant)
      return (service ?? missing(`${protocol} test service ${serviceRoles[role].what}`)).id
    },
    unversionedService() {
      const service = scene.services.find((one) => isGetRandom(one) && one.service.version === undefined)
      return (service ?? missing('soap service without a version')).id
    },
    grantedThrough(kind: Grant, protocol: Protocol) {
      return (
        findGrant(kind, protocol, scene) ??
        missing(`${protocol} service that a client may call through ${grants[kind]}`)
      )
    },
    serviceInMaintenance(kind: MaintenanceCase, protocol: Protocol) {
      return findMaintenance(kind, protocol, scene) ?? missing(`provider ${maintenanceCases[kind]}`)
    },
    noticeOf(service: ServiceId) {
      const placed = services.find(({ id }) => equalIds(id, service))
      return placed?.description.notice ?? missing(`notice of ${formatPath(service)}`)
    },
    scriptedService(protocol: Protocol, kind: ScriptedKind = 'plain') {
      const found = findScripted(protocol, kind, scene)
      return found ?? missing(`${protocol} service that answers as scripted, ${scriptedKinds[kind].what}`)
    },
    serverWith(setting: keyof ServerSettings, value: boolean) {
      return (
        bound.find((one) => one.settings[setting] === value) ?? missing(`running server with ${setting}: ${value}`)
      ).code
    },
    serviceInState(status: ClientStatus, protocol: Protocol) {
      const isOfProtocol = (one: PlacedService) => (one.description.type === 'WSDL') === (protocol === 'soap')
      const service = services.find((one) => one.provider.status === status && isOfProtocol(one))
      return (service ?? missing(`${protocol} service of a provider in state ${status}`)).id
    },
  }
  return { parts, ownCertificate, serverOf: (id: ClientId) => homes.get(formatPath(id))?.one.code ?? server.code }
}

function missing(what: string): never {
  throw new NotApplicable(`the topology has no ${what}`)
}
