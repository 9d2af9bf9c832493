import type { ConnectionOptions, TLSSocket } from 'node:tls'
import type { ClientId } from '../../fixtures/identifiers.ts'
import { urlHost } from '../../fixtures/url-host.ts'
import { FaultError, fault } from '../fault/fault.ts'
import { BodyError } from '../http/body-error.ts'
import { IdleError } from '../http/byte-source.ts'
import { type ConnectionPool, ConnectTimeout, type PooledConnection } from '../http/connection-pool.ts'
import { ResponseError } from '../http/header-lines.ts'
import { callThrough, NoAnswer } from '../http/http-call.ts'
import type { ResponseHead } from '../http/response-head.ts'
import { readTlsIdentity } from '../listener/tls-identity.ts'
import { NoRoom } from '../message/body.ts'
import type { GlobalServer } from '../security-server/global-configuration.ts'
import type { PeerCertificate } from '../security-server/verify-peer.ts'
import { peerCertificate } from './peer-certificate.ts'
import type { TransportMessage } from './peer-message.ts'
import { readPaced } from './read-paced.ts'
import type { Read } from './read-whole.ts'
import { TransportError } from './transport-error.ts'

export interface PeerCaller {
  readonly pool: ConnectionPool
  readonly userAgent: string
  readonly tls: ConnectionOptions
  /** Where a server is reached. */
  place(server: GlobalServer): { readonly host: string; readonly port: number }
  /** Throws a FaultError where the peer is not the server of that provider. */
  verify(provider: ClientId, peer: PeerCertificate): void
}

type Receive<T> = (headers: ResponseHead['headers'], read: Read) => Promise<T>

/** Milliseconds for connecting, handshake included (client-timeout). */
const connectTime = 30_000

/** Milliseconds that an answer may pause once it has begun; until then a peer may take its time, as in the reference. */
const pauseTime = 30_000

const certificates = new WeakMap<object, PeerCertificate>()

/** Sends a message to another security server, and reads its answer as it arrives; throws a FaultError without origin. */
export async function callPeer<T>(
  caller: PeerCaller,
  server: GlobalServer,
  provider: ClientId,
  message: TransportMessage,
  receive: Receive<T>,
): Promise<T> {
  const place = caller.place(server)
  const connection = await reachPeer(caller, server, provider)
  try {
    const { headers, body } = message
    const call = {
      method: 'POST',
      target: '/',
      headers: [
        ...headers,
        ['Transfer-Encoding', 'chunked'],
        ['Host', `${urlHost(place.host)}:${place.port}`],
        ['Connection', 'Keep-Alive'],
        ['User-Agent', caller.userAgent],
      ] as const,
      body,
      chunked: true,
      timeout: 0,
      pause: pauseTime,
    }
    return await callThrough(connection, call, async ({ status, reason, headers }, reader) => {
      if (status !== 200 && status !== 500) throw fault('providerStatus', { status, reason })
      return receive(
        headers,
        readPaced(() => reader.read()),
      )
    })
  } catch (error) {
    throw answerFault(error as NodeJS.ErrnoException, server)
  }
}

/** A connection to the security server of that provider, and to no other; throws a FaultError without origin. */
export async function reachPeer(
  caller: PeerCaller,
  server: GlobalServer,
  provider: ClientId,
): Promise<PooledConnection> {
  const connection = await connectPeer(caller, server)
  try {
    caller.verify(provider, certificates.get(connection.socket) ?? peerCertificate(undefined))
    return connection
  } catch (error) {
    connection.release(false)
    throw error
  }
}

async function connectPeer({ pool, tls, place }: PeerCaller, server: GlobalServer): Promise<PooledConnection> {
  const { address } = server
  // Outside, for it fails by a mistake of the operator and not of the peer.
  const there = place(server)
  try {
    return await pool.acquire({ ...there, tls, timeout: connectTime, pool: '', verify: remember })
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') throw fault('serverNotResolved', { host: address })
    if (error instanceof ConnectTimeout || syscall === 'connect') throw fault('noServerReachable', { address })
    if (error instanceof TypeError || error instanceof RangeError) throw error
    throw fault('peerHandshakeFailed', {}, undefined, error)
  }
}

/** Node tells a client the certificate only once. */
function remember(socket: TLSSocket): void {
  const { certificate } = readTlsIdentity(socket)
  if (certificate !== undefined) certificates.set(socket, peerCertificate(certificate))
}

function answerFault(error: NodeJS.ErrnoException, { address }: GlobalServer): Error {
  if (error instanceof FaultError) return error
  if (error instanceof TransportError) return fault('peerMessageBroken', { text: error.message })
  if (error instanceof NoAnswer) return fault('peerSilent', { host: address })
  if (error instanceof IdleError) return fault('peerIo', { text: 'Read timed out' })
  if (error instanceof NoRoom) return fault('peerIo', { text: error.message })
  if (error instanceof BodyError || error instanceof ResponseError) return fault('peerIo', { text: error.message })
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return fault('peerResetsConnection')
  return error
}
