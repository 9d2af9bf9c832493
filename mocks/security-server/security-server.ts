import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { isDeepStrictEqual } from 'node:util'
import type { Connection } from '../../fixtures/connection.ts'
import type { ServerId } from '../../fixtures/identifiers.ts'
import type { TopologyServer } from '../../fixtures/topology.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import { FormatError } from '../fault/java-format.ts'
import { connectionPool } from '../http/connection-pool.ts'
import { providerCookies } from '../http/cookie-jar.ts'
import { EngineRefusal } from '../http/engine-refusal.ts'
import { type HttpRequest, serveConnection } from '../http/serve-connection.ts'
import type { HttpResponse } from '../http/write-response.ts'
import { type RunningListener, startListener } from '../listener/listener.ts'
import type { Reception } from '../listener/reception.ts'
import type { TlsIdentity } from '../listener/tls-identity.ts'
import type { ConnectionRecord, RecordingConnections } from '../log/connection-log.ts'
import { type RecordingLog, recordBody } from '../log/exchange-log.ts'
import { emptyBody } from '../message/body.ts'
import { lastHeader } from '../message/raw-headers.ts'
import type { Credential } from '../pki/keystore.ts'
import { answerPeer, type ProviderSide } from '../transport/answer-peer.ts'
import { type HopNote, type HopNotes, noteOf } from '../transport/hop-notes.ts'
import { startPeerListener } from '../transport/peer-listener.ts'
import type { AuthenticationCredential } from '../transport/peer-tls.ts'
import { transportHeaders } from '../transport/transport-headers.ts'
import { consumeRest } from './consume-rest.ts'
import { consumeSoap } from './consume-soap.ts'
import type { Decisions } from './decisions.ts'
import { findServer, type GlobalConfiguration } from './global-configuration.ts'
import { healthChecks } from './health-checks.ts'
import { startHealthListener } from './health-listener.ts'
import { everyAuthority } from './known-instances.ts'
import { answerLocally } from './local/local-request.ts'
import type { MessageContext, Peers } from './message-context.ts'
import { type PeerPartOf, providerSide } from './provider-side.ts'
import { recordConnection, recordTls } from './record-connection.ts'
import type { ServerConfiguration } from './server-configuration.ts'
import type { PeerCertificate } from './verify-peer.ts'

export interface SecurityServerOptions {
  readonly id: ServerId
  readonly listen: TopologyServer['listen']
  readonly profile: VersionProfile
  readonly log: RecordingLog
  /** What is provided to servers of other processes, which know the rest of each exchange: its calls and its message. */
  readonly provided: RecordingLog
  readonly connections: RecordingConnections
  readonly peers: Peers
  /** By which other security servers know this one. */
  readonly authentication: AuthenticationCredential
  /** What this process knows of messages that come from its own servers. */
  readonly notes: HopNotes
  /** The snapshots and decisions of now; each message reads them once, when it arrives. */
  configuration(): ServerConfiguration
  global(): GlobalConfiguration
  decisions(): Decisions
  /** What the provider side of one message has instead of its own. */
  readonly conduct: PeerPartOf
  /** Told of an error that no caller can have caused. */
  onDefect(error: Error): void
}

export interface RunningSecurityServer {
  readonly code: string
  readonly httpPort: number
  readonly httpsPort: number
  /** For other security servers. */
  readonly peerPort: number
  /** For monitoring systems; undefined if it is off, as in a new installation. */
  readonly healthPort: number | undefined
  /** The provider side for one message, which the security server with that certificate has sent. */
  provide(note: HopNote, peer: PeerCertificate): ProviderSide
  /** Presents another internal certificate from the next handshake on. */
  useInternalCertificate(certificate: Credential): Promise<void>
  stop(): Promise<void>
}

/** Milliseconds a connection may be idle (client-connector-initial-idle-time). */
const idleTime = 30_000

/** Starts the listeners of one security server: two for information systems, one for other security servers. */
export async function startSecurityServer(options: SecurityServerOptions): Promise<RunningSecurityServer> {
  const { id, profile } = options
  const code = id.serverCode
  const pool = connectionPool()
  const cookies = providerCookies()
  const caller = () => ({
    pool,
    cookies,
    tls: options.decisions().providerTls(profile.clientTls, options.configuration().internalCertificate),
    userAgent: profile.userAgent,
  })
  const provide = (note: HopNote, peer: PeerCertificate) =>
    providerSide({
      caller: caller(),
      note,
      context: (exchange) => ({ ...messageContext(options, exchange), peer }),
      conduct: options.conduct,
    })
  const starting = [
    startHttp(options),
    startHttps(options),
    startPeers(options, provide),
    startHealth(options),
  ] as const
  const [http, https, peers, health] = await Promise.all(starting).catch(async (error: unknown) => {
    for (const started of await Promise.allSettled(starting)) {
      if (started.status === 'fulfilled') await started.value?.stop()
    }
    throw error
  })
  return {
    code,
    httpPort: http.port,
    httpsPort: https.port,
    peerPort: peers.port,
    healthPort: health?.port,
    provide,
    async useInternalCertificate(certificate) {
      https.replaceTls(await options.decisions().serverTls(profile.clientTls, certificate))
    },
    async stop() {
      pool.close()
      await Promise.all([http.stop(), https.stop(), peers.stop(), health?.stop()])
    },
  }
}

function startHttp(options: SecurityServerOptions): Promise<RunningListener> {
  return startListener({
    host: options.listen.host,
    port: options.listen.http,
    purpose: `the HTTP listener of ${options.id.serverCode}`,
    receive: () => receive(options, 'http'),
  })
}

async function startHealth(options: SecurityServerOptions): Promise<RunningListener | undefined> {
  const { listen, profile, id, configuration, decisions, onDefect } = options
  if (listen.healthCheck === undefined) return undefined
  const check = healthChecks(configuration)
  return startHealthListener({
    host: listen.host,
    port: listen.healthCheck,
    purpose: `the health check of ${id.serverCode}`,
    engine: profile.engine,
    answer: () => {
      const { healthCheckInMaintenance } = configuration().settings
      if (healthCheckInMaintenance) return { status: 503, body: profile.quirks.healthInMaintenance }
      return decisions().health(check())
    },
    onDefect,
  })
}

async function startPeers(
  options: SecurityServerOptions,
  provide: RunningSecurityServer['provide'],
): Promise<RunningListener> {
  const { profile, listen, id, notes, decisions, authentication, global, onDefect } = options
  const { peerTls } = decisions()
  let authorities = everyAuthority(global())
  const tls = () => peerTls(profile.peerTls, authentication, authorities)
  return startPeerListener({
    host: listen.host,
    port: listen.peer,
    purpose: `the listener of ${id.serverCode} for other security servers`,
    tls: tls(),
    // Another configuration, of this instance or a federated one, may approve others.
    renewedTls() {
      const approved = everyAuthority(global())
      if (isDeepStrictEqual(approved, authorities)) return undefined
      authorities = approved
      return tls()
    },
    engine: profile.engine,
    greets: (peer) => decisions().greetsPeer(peer, global()),
    async answer(request, peer) {
      const known = noteOf(request, notes)
      if (known !== undefined) return answerPeer(provide(known, peer), request)
      const note = strangeNote(options, request)
      try {
        return await answerPeer(provide(note, peer), request)
      } finally {
        options.provided.finish(note.exchange)
      }
    },
    onDefect,
  })
}

/** What is noted of a message from another process, whose log holds the other half. */
function strangeNote({ id, provided }: SecurityServerOptions, { head, target }: HttpRequest): HopNote {
  const request = { method: head.method, target, headers: head.headers, body: recordBody(emptyBody) }
  const exchange = provided.begin({
    connection: 0,
    server: id.serverCode,
    listener: 'https',
    protocol: 'rest',
    request,
  })
  const requestId = lastHeader(head.headers, transportHeaders.requestId)
  return { exchange: Object.assign(exchange, requestId === undefined ? {} : { requestId }), providerHeaders: [] }
}

async function startHttps(options: SecurityServerOptions): Promise<RunningListener> {
  return startListener({
    host: options.listen.host,
    port: options.listen.https,
    purpose: `the HTTPS listener of ${options.id.serverCode}`,
    tls: await options.decisions().serverTls(options.profile.clientTls, options.configuration().internalCertificate),
    receive: () => receive(options, 'https'),
  })
}

function receive(options: SecurityServerOptions, listener: Connection['listener']): Reception {
  const connection = options.connections.begin({ server: options.id.serverCode, listener })
  return recordConnection(connection, (socket, identity) => {
    if (identity === undefined || options.decisions().greets(identity)) serve(options, socket, identity, connection)
    else socket.destroy()
  })
}

function messageContext(options: SecurityServerOptions, exchange: MessageContext['exchange']): MessageContext {
  const global = options.global()
  const { serverCode: code } = options.id
  // It may have got another owner since it started.
  const id = findServer(global, options.id)?.id ?? options.id
  return {
    server: { code, id },
    configuration: options.configuration(),
    global,
    profile: options.profile,
    decisions: options.decisions(),
    exchange,
    newId: randomUUID,
    now: () => new Date(),
  }
}

function serve(
  options: SecurityServerOptions,
  socket: Socket | TLSSocket,
  tls: TlsIdentity | undefined,
  connection: ConnectionRecord,
): void {
  const handler = (request: HttpRequest) => handle(options, request, tls, connection)
  const { profile, decisions, onDefect } = options
  void serveConnection(socket, handler, {
    ...profile.engine,
    idle: idleTime,
    onDefect,
    screen: (...request) => decisions().screenRequest(...request),
  })
}

async function handle(
  options: SecurityServerOptions,
  request: HttpRequest,
  tls: TlsIdentity | undefined,
  connection: ConnectionRecord,
): Promise<HttpResponse | undefined> {
  const { head, target } = request
  const isRest = options.decisions().isRest(target)
  const exchange = options.log.begin({
    connection: connection.number,
    server: options.id.serverCode,
    listener: tls === undefined ? 'http' : 'https',
    protocol: isRest ? 'rest' : 'soap',
    ...(tls === undefined ? {} : { tls: recordTls(tls) }),
    request: { method: head.method, target, headers: head.headers, body: recordBody(emptyBody) },
  })
  const context = messageContext(options, exchange)
  const identity = context.decisions.identify(tls, head, connection)
  try {
    const consumer = { ...context, tls: identity, connection, peers: options.peers }
    if (isRest) return await consumeRest(consumer, request)
    return answerLocally(consumer, request) ?? (await consumeSoap(consumer, request))
  } catch (error) {
    throw error instanceof FormatError
      ? new EngineRefusal(500, error.message, { uri: target, method: head.method, wholePage: true })
      : error
  } finally {
    options.log.finish(exchange)
  }
}
