import { X509Certificate } from 'node:crypto'
import type { ClientRecording, RegisteredClient } from '../../fixtures/client-recording.ts'
import type { AgreedHandshake, ClientHello, Connection, MockState } from '../../fixtures/connection.ts'
import type { Exchange } from '../../fixtures/exchange.ts'
import { headerValues } from '../observe/response.ts'
import { NotApplicable } from './not-applicable.ts'
import type { Protocol } from './protocol.ts'

/** A client that is judged by what it did. What it did not do makes the scenario that is about it not applicable. */
export interface ClientUnderTest {
  readonly recording: ClientRecording
  /** Every call while everything was as it should be, over whatever connection; at least one. */
  readonly calls: readonly Exchange[]
  /** The same, with those to servers that stood in the place of its own; at least one. */
  readonly everyCall: readonly Exchange[]
  /** Every connection, in all those situations. */
  readonly everyConnection: readonly Connection[]
  /** The calls over REST, or over SOAP, even those that no server understood; at least one. */
  callsOver(protocol: Protocol): readonly Exchange[]
  /** The same items; if there are none, the client made no such thing (`call with a body`), and nothing can be judged. */
  some<Item>(items: readonly Item[], what: string): readonly Item[]
  /** What it offered each time that it shook hands; at least one. */
  readonly hellos: readonly ClientHello[]
  /** The DNS names of the certificates that servers presented. */
  readonly namesOfServers: readonly string[]
  /** The certificates that it presented; at least one. */
  readonly certificates: readonly X509Certificate[]
  /** The connections, over TLS, while that stood in the place of each server; at least one. */
  connectionsTo(standIn: 'impostor' | 'misnamed'): readonly Connection[]
  /** The client that a call names, if a security server knows it. */
  registered(call: Exchange): RegisteredClient | undefined
}

/** Reads a recording. */
export function clientUnderTest(recording: ClientRecording): ClientUnderTest {
  const { exchanges, connections } = recording.ordinary
  const states = [recording.ordinary, recording.impostor, recording.misnamed].filter((state) => state !== undefined)
  const presented = connections.flatMap(({ handshake }) => (handshake?.kind === 'agreed' ? [handshake] : []))
  return {
    recording,
    get calls() {
      return some(exchanges, 'call')
    },
    get everyCall() {
      return some(
        states.flatMap(({ exchanges }) => exchanges),
        'call',
      )
    },
    everyConnection: states.flatMap(({ connections }) => connections),
    callsOver: (protocol) =>
      some(
        exchanges.filter((exchange) => protocolOf(exchange) === protocol),
        `call over ${protocol.toUpperCase()}`,
      ),
    some,
    get hellos() {
      return some(
        connections.flatMap(({ clientHello }) => (clientHello === undefined ? [] : [clientHello])),
        'TLS connection',
      )
    },
    get namesOfServers() {
      return recording.trusted.flatMap(namesIn)
    },
    get certificates() {
      return some(presented.flatMap(certificateOf), 'connection with a client certificate')
    },
    connectionsTo: (standIn) => some(attempts(recording[standIn]), `TLS connection to the ${standIn} server`),
    registered: ({ client }) => (client === undefined ? undefined : recording.clients[client]),
  }
}

/** A call that names its client in a header was meant for REST, unless it goes where SOAP messages go. */
function protocolOf({ protocol, request }: Exchange): Exchange['protocol'] {
  if (protocol !== 'soap' || /^\/(?:\?|$)/.test(request.target)) return protocol
  return headerValues(request, 'x-road-client').length > 0 ? 'rest' : protocol
}

function attempts(state: MockState | undefined): readonly Connection[] {
  if (state !== undefined) return state.connections.filter(({ clientHello }) => clientHello !== undefined)
  throw new NotApplicable('the client was not started again while another server stood in the place of its own')
}

function some<Item>(items: readonly Item[], what: string): readonly Item[] {
  if (items.length > 0) return items
  throw new NotApplicable(`the client made no ${what}`)
}

/** The DNS names in a certificate, and its common name. */
function namesIn(pem: string): string[] {
  const { subject, subjectAltName = '' } = new X509Certificate(pem)
  const common = /^CN=(.*)$/m.exec(subject)?.[1]
  const others = [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name = '']) => name)
  return common === undefined ? others : [common, ...others]
}

function certificateOf({ certificate }: AgreedHandshake): X509Certificate[] {
  return certificate === undefined ? [] : [new X509Certificate(Buffer.from(certificate, 'base64'))]
}
