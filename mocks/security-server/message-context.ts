import type { RawHeader } from '../../fixtures/exchange.ts'
import type { ClientId, ServerId, ServiceId } from '../../fixtures/identifiers.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import type { RenderedFault, RenderedSoapFault } from '../fault/fault.ts'
import type { TlsIdentity } from '../listener/tls-identity.ts'
import type { ExchangeDraft } from '../log/exchange-log.ts'
import type { Body, WholeBody } from '../message/body.ts'
import type { MessagePart } from '../message/multipart.ts'
import type { SoapMessage } from '../message/soap-message.ts'
import type { Decisions } from './decisions.ts'
import type { GlobalConfiguration, GlobalServer } from './global-configuration.ts'
import type { ServerConfiguration } from './server-configuration.ts'
import type { PeerCertificate } from './verify-peer.ts'

/** Longest message id that the message log of the reference can hold. */
export const messageIdLimit = 255

/** What one message carries through the pipeline of one server: the snapshot it met, and what the outside supplies. */
export interface MessageContext {
  readonly server: { readonly code: string; readonly id: ServerId }
  readonly configuration: ServerConfiguration
  readonly global: GlobalConfiguration
  readonly profile: VersionProfile
  readonly decisions: Decisions
  readonly exchange: ExchangeDraft
  /** On the provider side, the security server that has sent the message. */
  readonly peer?: PeerCertificate
  newId(): string
  now(): Date
}

/** The consumer side of a message: the caller's connection, and the way to the provider side. */
export interface ConsumerContext extends MessageContext {
  readonly tls: TlsIdentity | undefined
  /** The same object for all messages of one connection. */
  readonly connection: object
  readonly peers: Peers
}

/** The hop to the provider side of a security server, which may be this one. */
export interface Peers {
  rest(server: GlobalServer, message: RestHopMessage): Promise<RestHopAnswer>
  soap(server: GlobalServer, message: SoapHopMessage): Promise<SoapHopAnswer>
  /** Connects to the server of that provider, and sends nothing. */
  reach(server: GlobalServer, provider: ClientId): Promise<void>
  /** For a misbehaviour only: whether the service exists at that server. */
  serviceExists(server: GlobalServer, service: ServiceId): boolean
}

/** What travels with every message from one security server to another. */
interface HopMessage {
  /** Release of the consumer's security server. */
  readonly clientVersion: string
  readonly exchange: ExchangeDraft
}

export interface RestHopMessage extends HopMessage {
  readonly verb: string
  readonly client: ClientId
  readonly service: ServiceId
  readonly servicePath: string
  readonly query: string | undefined
  readonly rawTarget: string
  readonly id: string
  readonly requestId: string
  readonly headers: readonly RawHeader[]
  readonly body: WholeBody
}

export type RestHopAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** The provider's words behind the status; empty if it has none. */
      readonly reason: string
      readonly headers: readonly RawHeader[]
      readonly body: Body
      /** The hash among the headers. */
      readonly requestHash: string | undefined
    }
  | { readonly kind: 'fault'; readonly fault: RenderedFault }

export interface SoapHopMessage extends HopMessage {
  readonly soap: SoapMessage
  readonly client: ClientId
  /** The SOAP part exactly as received. */
  readonly part: Buffer
  /** All parts of a multipart message, the SOAP part first; undefined for a plain one. */
  readonly parts: readonly MessagePart[] | undefined
  /** What the parts were cut from; whoever received it discards it. */
  readonly source: Body
  /** The caller's own value. */
  readonly contentType: string
  readonly soapAction: string
}

export type SoapHopAnswer =
  | {
      readonly kind: 'answer'
      readonly contentType: string
      /** The headers of the provider's own answer; none of them is passed on. */
      readonly providerHeaders: readonly RawHeader[]
      /** The SOAP part, whose bytes may be other than UTF-8 although that is said of them. */
      readonly part: Buffer
      /** All parts of a multipart answer, the SOAP part first; undefined for a plain one. */
      readonly parts: readonly MessagePart[] | undefined
      /** What the parts were cut from; whoever received it discards it. */
      readonly source: Body
    }
  | { readonly kind: 'fault'; readonly fault: RenderedSoapFault | undefined; readonly xml: Buffer }
