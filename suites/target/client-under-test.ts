import { X509Certificate } from 'node:crypto'
import type { ClientRecording, RegisteredClient } from '../../fixtures/client-recording.ts'
import type { AgreedHandshake, ClientHello, Connection, MockState } from '../../fixtures/connection.ts'
import type { Exchange } from '../../fixtures/exchange.ts'
import { NotApplicable } from './not-applicable.ts'

/** A client that is judged by what it did. What it did not do makes the scenario that is about it not applicable. */
export interface ClientUnderTest {
  readonly recording: ClientRecording
  /** Every call, over whatever connection; at least one. */
  readonly calls: readonly Exchange[]
  /** The calls over REST, or over SOAP; at least one. */
  callsOver(protocol: 'rest' | 'soap'): readonly Exchange[]
  /** What it offered each time that it shook hands; at least one. */
  readonly hellos: readonly ClientHello[]
  /** The DNS names of the certificates that servers presented. */
  readonly namesOfServers: readonly string[]
  /** The certificates that it presented; at least one. */
  readonly certificates: readonly X509Certificate[]
  /** The connections while that stood in the place of each server; at least one. */
  connectionsTo(standIn: 'impostor' | 'misnamed'): readonly Connection[]
  /** The client that a call names, if a security server knows it. */
  registered(call: Exchange): RegisteredClient | undefined
}

/** Reads a recording. */
export function clientUnderTest(recording: ClientRecording): ClientUnderTest {
  const { exchanges, connections } = recording.ordinary
  const presented = connections.flatMap(({ handshake }) => (handshake?.kind === 'agreed' ? [handshake] : []))
  return {
    recording,
    get calls() {
      return some(exchanges, 'call')
    },
    callsOver: (protocol) =>
      some(
        exchanges.filter((exchange) => exchange.protocol === protocol),
        `call over ${protocol.toUpperCase()}`,
      ),
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
    connectionsTo: (standIn) => some(attempts(recording[standIn]), `connection to the ${standIn} server`),
    registered: ({ client }) => (client === undefined ? undefined : recording.clients[client]),
  }
}

function attempts(state: MockState | undefined): readonly Connection[] {
  if (state !== undefined) return state.connections.filter(({ listener }) => listener === 'https')
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
