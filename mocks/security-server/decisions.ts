import { hash } from 'node:crypto'
import type { RawHeader } from '../../fixtures/exchange.ts'
import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import type { ClientId, ServiceId } from '../../fixtures/identifiers.ts'
import type { Quirks, VersionProfile } from '../../fixtures/version-profile.ts'
import { type FaultError, type RenderedFault, type RenderedSoapFault, renderFault } from '../fault/fault.ts'
import { negotiateErrorType, type RestError, type RestErrorType, renderRestError } from '../fault/render-rest.ts'
import { renderSoapFault } from '../fault/render-soap.ts'
import type { RequestHead } from '../http/request-head.ts'
import { screenRequest } from '../http/screen-request.ts'
import type { TlsIdentity } from '../listener/tls-identity.ts'
import type { WholeBody } from '../message/body.ts'
import type { MessagePart } from '../message/multipart.ts'
import { parseRestRequest } from '../message/rest-request.ts'
import type { SoapReception } from '../message/soap-content.ts'
import type { SoapMessage } from '../message/soap-message.ts'
import { writeSoapAnswer } from '../message/write-soap-answer.ts'
import { peerListenerTls } from '../transport/peer-tls.ts'
import { checkTransportHeaders } from '../transport/transport-headers.ts'
import { authenticateClient, type ClientAuthentication } from './authenticate-client.ts'
import { type AccessQuestion, authorise } from './authorise.ts'
import { callProvider } from './call-provider.ts'
import { checkService, type ServiceQuestion } from './check-service.ts'
import type { GlobalConfiguration, GlobalServer } from './global-configuration.ts'
import { answerHealth } from './health-checks.ts'
import { isAtLeast } from './is-at-least.ts'
import { faithfulMetadataDecisions, type MetadataDecisions } from './metadata-decisions.ts'
import { passesAnswer } from './passes-answer.ts'
import { placeDate } from './place-date.ts'
import { providerTls } from './provider-tls.ts'
import { route } from './route.ts'
import type { ConfiguredClient, ConfiguredService, ServerConfiguration } from './server-configuration.ts'
import { serverTls } from './server-tls.ts'
import { joinPath, judgedPath } from './service-path.ts'
import { hasSigningCertificate } from './signing.ts'
import { checkSoapAction, repeatsRequest } from './soap-rules.ts'
import { isRegisteredPeer, verifyPeer } from './verify-peer.ts'

/**
 * Every decision of the pipeline that a security server could get wrong, one function each. The faithful ones are the
 * product; a deliberate misbehaviour (control/behaviour.ts) is another function in the place of one of them, so that
 * the pipeline itself knows of no misbehaviour.
 */
export interface Decisions extends SoapReception, MetadataDecisions {
  /** How callers are greeted; asked when a listener starts and when its certificate is replaced. */
  serverTls: typeof serverTls
  /** Whether a caller that has completed the handshake is served at all. */
  greets(tls: TlsIdentity): boolean
  providerTls: typeof providerTls
  /** Whose connection it is, for this message. `connection` is the same object for all messages of one connection. */
  identify(tls: TlsIdentity | undefined, head: RequestHead, connection: object): TlsIdentity | undefined
  restHeaders(headers: readonly RawHeader[]): readonly RawHeader[]
  soapClient(message: SoapMessage, head: RequestHead): ClientId
  findClient(configuration: ServerConfiguration, id: ClientId): ConfiguredClient | undefined
  isRegistered(client: ConfiguredClient): boolean
  authenticate(facts: ClientAuthentication, context: AuthenticationContext): FaultSituationName | undefined
  /** Both checks of the caller, in their order. */
  verifyCaller(
    status: () => FaultError | undefined,
    authentication: () => FaultError | undefined,
    connection: object,
  ): FaultError | undefined
  /** The caller first, then the way to the service, which may not exist. */
  admit(verify: () => void, locate: () => GlobalServer, serviceExists: () => void): GlobalServer
  /** Why the server exchanges no messages at all; undefined if it does. */
  whyNotReady(configuration: ServerConfiguration, protocol: 'rest' | 'soap'): FaultSituationName | undefined
  /** What monitoring systems are answered; undefined stands for nothing that is wrong. */
  health: typeof answerHealth
  /** Whether the server can sign requests of a client, or answers. */
  signsRequests(configuration: ServerConfiguration, client: ClientId): boolean
  signsAnswers(configuration: ServerConfiguration, client: ClientId): boolean
  route: typeof route
  /** How other security servers are greeted; asked when the listener starts. */
  peerTls: typeof peerListenerTls
  /** Whether a peer that has completed the handshake is served at all. */
  greetsPeer: typeof isRegisteredPeer
  verifyPeer: typeof verifyPeer
  checkTransportHeaders: typeof checkTransportHeaders
  /** Whether a peer of that version is served, where there is a minimum. */
  isAtLeast: typeof isAtLeast
  authorise(question: AccessQuestion): boolean
  checkService(question: ServiceQuestion): FaultSituationName | undefined
  /** The client that the provider and the answer are shown. */
  shownClient(client: ClientId, global: GlobalConfiguration, server: string): ClientId
  describeFault(error: FaultError, profile: VersionProfile, newId: () => string, serviceAddress: string): RenderedFault
  /** A REST fault of the provider's security server, as the consumer gets it. */
  relayedFault(fault: RenderedFault): RenderedFault
  renderSoapFault(fault: RenderedSoapFault): { status: number; headers: readonly RawHeader[]; body: Buffer }
  negotiateErrorType(accept: readonly string[]): RestErrorType
  renderRestError(fault: RenderedFault, type: RestErrorType, quirks: Quirks): RestError
  requestId(made: string, headers: readonly RawHeader[]): string
  /** Whether whoever called is shown the clients of the instance. */
  mayListClients(caller: TlsIdentity | undefined): boolean
  /** Seconds that a provider has for its answer. */
  timeLimit(configured: number): number
  /** A provider's SOAP fault, as the consumer gets it. */
  providerFault(xml: Buffer): Buffer
  /** Base64 of the SHA-512 of a SOAP request part. */
  soapRequestHash(requestPart: Buffer): string | undefined
  restRequestHash(message: Buffer, body: WholeBody): string | undefined
  /** Whether the hash in an answer is that of the request it should answer. */
  isRequestHash(answered: string | undefined, own: string | undefined): boolean
  /** The Content-Type that a SOAP request counts as having. */
  soapContentType(value: string | undefined): string | undefined
  checkSoapAction: typeof checkSoapAction
  /** `received` are the headers of the consumer's own request. */
  soapHeadersToProvider(headers: readonly RawHeader[], received: readonly RawHeader[]): readonly RawHeader[]
  /** A SOAP message without attachments, as the provider gets it. */
  soapPartToProvider(part: Buffer): Buffer
  /** The parts of a multipart request or answer, as the other side gets them. */
  soapParts(parts: readonly MessagePart[]): readonly MessagePart[]
  writeSoapAnswer: typeof writeSoapAnswer
  /** The Content-Type of a SOAP answer, as the consumer gets it. */
  soapAnswerType(contentType: string): string
  /** `sent` are the headers of the provider's own answer. */
  soapAnswerHeaders(headers: readonly RawHeader[], sent: readonly RawHeader[]): readonly RawHeader[]
  repeatsRequest: typeof repeatsRequest
  restAnswerHeaders(headers: readonly RawHeader[], status: number): readonly RawHeader[]
  /** What of a request is refused before any of the above, and its target in origin form. */
  screenRequest: typeof screenRequest
  /** Whether a request is REST by its target. */
  isRest(target: string): boolean
  parseRestRequest: typeof parseRestRequest
  findRestService(provider: ConfiguredClient, id: ServiceId): ConfiguredService | undefined
  judgedPath: typeof judgedPath
  joinPath: typeof joinPath
  callRestProvider: typeof callProvider
  passesAnswer: typeof passesAnswer
  placeDate: typeof placeDate
}

/** What an authentication can be compared with, beyond the client's own list. */
export interface AuthenticationContext {
  readonly configuration: ServerConfiguration
  readonly client: ConfiguredClient
}

export const faithfulDecisions: Decisions = {
  ...faithfulMetadataDecisions,
  serverTls,
  greets: () => true,
  providerTls,
  identify: (tls) => tls,
  restHeaders: (headers) => headers,
  soapClient: (message) => message.client,
  findClient: (configuration, id) => configuration.client(id),
  isRegistered: (client) => client.status === 'registered',
  authenticate: authenticateClient,
  verifyCaller: (status, authentication) => status() ?? authentication(),
  admit(verify, locate) {
    verify()
    return locate()
  },
  whyNotReady({ settings }, protocol) {
    if (!settings.globalConfigurationValid) return 'globalConfigurationExpired'
    if (settings.authenticationCertificateValid) return undefined
    return protocol === 'rest' ? 'authenticationKeyMissingRest' : 'authenticationKeyMissingSoap'
  },
  health: answerHealth,
  signsRequests: ({ signing }, client) => hasSigningCertificate(signing, client),
  signsAnswers: ({ signing }, client) => hasSigningCertificate(signing, client),
  route,
  peerTls: peerListenerTls,
  greetsPeer: isRegisteredPeer,
  verifyPeer,
  checkTransportHeaders,
  isAtLeast,
  authorise,
  checkService,
  shownClient: (client) => client,
  describeFault: renderFault,
  relayedFault: (fault) => fault,
  renderSoapFault,
  negotiateErrorType,
  renderRestError,
  requestId: (made) => made,
  mayListClients: () => true,
  timeLimit: (configured) => configured,
  providerFault: (xml) => xml,
  soapRequestHash: (requestPart) => hash('sha512', requestPart, 'base64'),
  restRequestHash(message, body) {
    if (body.length === 0) return hash('sha512', message, 'base64')
    return hash('sha512', Buffer.concat([hash('sha512', message, 'buffer'), body.sha512()]), 'base64')
  },
  isRequestHash: (answered, own) => answered === own,
  soapContentType: (value) => value,
  checkSoapAction,
  receivedParts: (parts) => parts,
  receivedPart: (part) => part,
  soapHeadersToProvider: (headers) => headers,
  soapPartToProvider: (part) => part,
  soapParts: (parts) => parts,
  writeSoapAnswer,
  soapAnswerType: (contentType) => contentType,
  soapAnswerHeaders: (headers) => headers,
  repeatsRequest,
  restAnswerHeaders: (headers) => headers,
  screenRequest,
  isRest: (target) => target.startsWith('/r1/'),
  parseRestRequest,
  findRestService: (provider, { serviceCode, serviceVersion }) => provider.service(serviceCode, serviceVersion),
  judgedPath,
  joinPath,
  callRestProvider: callProvider,
  passesAnswer,
  placeDate,
}
