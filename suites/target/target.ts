import { randomUUID } from 'node:crypto'
import type { CentralServerBinding } from '../../fixtures/bindings.ts'
import type { ClientStatus } from '../../fixtures/connection-type.ts'
import type { ProviderCall } from '../../fixtures/exchange.ts'
import type { ClientId, ServiceId } from '../../fixtures/identifiers.ts'
import { findProfile } from '../../fixtures/profiles.ts'
import type { ProviderScript } from '../../fixtures/provider-script.ts'
import type { ServerSettings, Topology } from '../../fixtures/topology.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import type { Caller } from '../client/caller.ts'
import {
  type Connection,
  type ConnectionChoices,
  type Endpoint,
  type Identity,
  openConnection,
} from '../client/connection.ts'
import { type ControlClient, controlClient } from '../client/control-client.ts'
import { openRawConnection } from '../client/raw-client.ts'
import { type RestClient, restClient } from '../client/rest-client.ts'
import { type SoapClient, soapClient } from '../client/soap-client.ts'
import type { Seen } from '../observe/answer.ts'
import type { PlacedService } from './access.ts'
import { castParts, missing } from './cast-parts.ts'
import type { CertificateRole } from './certificate-roles.ts'
import type { ClientRole } from './client-roles.ts'
import type { DescriptionKind } from './descriptions.ts'
import type { Grant } from './grants.ts'
import { readIdentities } from './identity-facts.ts'
import type { MaintenanceCase, ServiceInMaintenance } from './maintenance.ts'
import { NotApplicable } from './not-applicable.ts'
import { connectProvider, type ProviderLine } from './provider-line.ts'
import { setScene } from './scene.ts'
import type { ScriptedKind } from './scripted-services.ts'
import type { ServiceRole } from './service-roles.ts'
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
  /** Present the certificate without those that issued it. */
  readonly leafOnly?: boolean
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
  /** A version of a SOAP service that names nobody, where the ordinary HTTPS client may call another version. */
  versionForNobody(): ServiceId
  /** A service to which a right leads only through a group or an endpoint, and a client that has it. */
  grantedThrough(kind: Grant, protocol: Protocol): { readonly client: ClientId; readonly service: ServiceId }
  /** A service whose description is of that kind, and where it is published. */
  described(kind: DescriptionKind): PlacedService
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
  /** A client of type HTTPS with a right to the test services that lists that certificate. */
  clientListing(certificate: string): ClientId
  /** Where a security server listens for TLS; the consumers' own unless another code is given. */
  endpoint(server?: string): Endpoint
  /** PEM of the certificate that was exported from a security server for its callers to trust. */
  exportedCertificate(server?: string): string
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
  /** A connection to the information system behind a service itself. */
  provider(service: ServiceId): ProviderLine
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

  function endpointOf(server: string, over: 'http' | 'https'): Endpoint {
    const { [over]: url, trust } = bindings.servers[server] ?? {}
    if (url === undefined) throw new NotApplicable(`the bindings give no ${over} address of the server ${server}`)
    return { url, ...(trust !== undefined && { trust }) }
  }

  function identityOf(name: string): Identity {
    const { certificate, key } = bindings.identities[name] ?? {}
    if (certificate !== undefined && key !== undefined) return { certificate, key }
    throw new NotApplicable(`the bindings give no key for the certificate ${name}`)
  }

  function connect(route: Route & Pick<ConnectionChoices, 'resume' | 'serverName'>): OpenLine {
    const { over = 'https', certificate = 'none', server = scene.server.code, raw = false, ...choices } = route
    const endpoint = endpointOf(server, over)
    const identity = certificate !== 'none' && { identity: identityOf(certificate) }
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
      leafOnly: approach.leafOnly ?? false,
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
      pem: (name) => bindings.identities[name]?.certificate ?? missing(`certificate named ${name}`),
      sha256: (name) => scene.identities.get(name)?.sha256 ?? missing(`certificate named ${name}`),
      endpoint: (server = scene.server.code) => endpointOf(server, 'https'),
      exportedCertificate: (server = scene.server.code) =>
        endpointOf(server, 'https').trust ?? missing(`exported certificate of ${server} in the bindings`),
      identity: identityOf,
      rest,
      soap,
      provider: (service) => connectProvider(service, scene),
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
