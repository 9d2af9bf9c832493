import type { CentralServerBinding, RunnerBinding, TrustServicesBinding } from '../../fixtures/bindings.ts'
import type { ProviderCall } from '../../fixtures/exchange.ts'
import type { ClientId, ServiceId } from '../../fixtures/identifiers.ts'
import type { ProviderScript } from '../../fixtures/provider-script.ts'
import type { Topology } from '../../fixtures/topology.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import type { ConnectionChoices, Endpoint, Identity } from '../client/connection.ts'
import type { ControlClient } from '../client/control-client.ts'
import type { RestClient } from '../client/rest-client.ts'
import type { SoapClient } from '../client/soap-client.ts'
import type { Seen } from '../observe/answer.ts'
import type { PlacedService } from './cast/access.ts'
import type { Cast } from './cast/cast.ts'
import type { ClientUnderTest } from './client-under-test.ts'
import type { HealthSeen } from './lines/health-line.ts'
import type { OpenLine } from './lines/open-line.ts'
import type { PeerQuestion } from './lines/peer-line.ts'
import type { ProviderDoor, ProviderLine } from './lines/provider-line.ts'
import type { Protocol } from './protocol.ts'

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
export type Approach = {
  readonly client: ClientId
  /** Profile of the provider's security server, where the scenario has asked for another release. */
  readonly peer?: string
} & (Route | { readonly connection: OpenLine })

/** What a scenario holds. Whoever is missing in the topology or the bindings makes the scenario not applicable. */
export interface Target extends Cast {
  readonly topology: Topology
  readonly profile: VersionProfile
  /** Code of the security server that the consumers use. */
  readonly server: string
  readonly control: ControlClient
  /** Bytes of a body that stands for any size. */
  readonly largeBody: number
  /** Anchors of the source of global configuration. */
  readonly centralServer: CentralServerBinding
  /** Where the approved authority issues certificates to whoever asks. */
  readonly trustServices: TrustServicesBinding
  /** Where the target reaches what a scenario serves itself, and where that has to listen. */
  readonly runner: RunnerBinding
  /** What every call of this scenario brought, in order. */
  readonly evidence: readonly Seen[]
  /** The authentication certificate of a security server, with its key. */
  authenticationIdentity(server: string): Identity
  /** Whether a certificate is valid today and can be presented. */
  isGood(certificate: string): boolean
  /** A certificate of the bindings with its key. */
  identity(certificate: string): Identity
  /** PEM of a certificate of the bindings. */
  pem(certificate: string): string
  /** SHA-256 of the DER of a certificate of the bindings, in lower-case hex. */
  sha256(certificate: string): string
  /** Where a security server listens for TLS; the consumers' own unless another code is given. */
  endpoint(server?: string): Endpoint
  /** Where a security server listens for others; the consumers' own unless another code is given. */
  peerEndpoint(server?: string): Endpoint
  /** What the server of that code tells monitoring systems; it is asked with GET for / by default. */
  health(
    server: string,
    question?: { readonly method: 'GET' | 'POST' | 'PUT'; readonly path: string },
  ): Promise<HealthSeen>
  /** Sends a message to the consumers' security server as another one would. */
  askPeer(question: PeerQuestion): Promise<Seen>
  /** PEM of the certificate that was exported from a security server for its callers to trust. */
  exportedCertificate(server?: string): string
  rest(approach: Approach): RestClient
  soap(approach: Approach): SoapClient
  /** Asks that service; `answer` says for the message what comes back from its information system. */
  askScripted(
    protocol: Protocol,
    approach: Approach,
    answer: (message: ScriptedMessage) => ProviderScript,
  ): Promise<Seen>
  /** The client that is judged by what it did. */
  clientUnderTest(): Promise<ClientUnderTest>
  /** A connection to the information system behind a service, or to where that is described. */
  provider(service: PlacedService, door?: ProviderDoor): ProviderLine
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
