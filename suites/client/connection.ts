import { X509Certificate } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, DEFAULT_CIPHERS, TLSSocket } from 'node:tls'
import { Client, type Dispatcher } from 'undici'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { plainHost } from '../../fixtures/url-host.ts'
import type { Answer, TlsFacts } from '../observe/answer.ts'
import { describeFailure } from '../observe/handshake.ts'
import { answerLimit } from './answer-limit.ts'

export interface Endpoint {
  readonly url: string
  /** PEM of the server's internal certificate, or of what issued it; without it any is accepted. */
  readonly trust?: string
}

/** Whom the caller is on the TLS layer. PEM. */
export interface Identity {
  readonly certificate: string
  readonly key: string
}

export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly headers: readonly RawHeader[]
  readonly body?: Buffer
}

/** One connection and no other: when the server closes it, it stays closed. */
export interface Connection extends AsyncDisposable {
  send(request: WireRequest): Promise<Answer>
  /** The TLS session, to be resumed by another connection; undefined as long as the server offered none. */
  session(): Buffer | undefined
  close(): Promise<void>
}

export interface ConnectionChoices {
  readonly identity?: Identity
  /** A session of an earlier connection; by default none is resumed. */
  readonly resume?: Buffer
  /** Present the certificate without those that issued it. */
  readonly leafOnly?: boolean
  /** The highest version that is offered; by default the highest there is. */
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** Server name indication; by default the host name of the address, as RFC 6066 wants it. */
  readonly serverName?: string
  /** Milliseconds that the server may be silent. */
  readonly patience?: number
  /** Bytes that the body of an answer may have; `answerLimit` by default. */
  readonly limit?: number
}

/** Prepares a connection to a security server; it is made when the first request is sent. */
export function openConnection(endpoint: Endpoint, choices: ConnectionChoices = {}): Connection {
  const patience = choices.patience ?? 15_000
  let socket: Socket | undefined
  let session: Buffer | undefined
  let tls: TlsFacts | undefined
  let established = false
  // The first error of the socket says more than what undici makes of it: it may be an alert.
  let broken: Error | undefined
  const client = new Client(new URL(endpoint.url).origin, {
    pipelining: 1,
    headersTimeout: patience,
    bodyTimeout: patience,
    maxResponseSize: choices.limit ?? answerLimit,
    keepAliveTimeout: 600_000,
    keepAliveMaxTimeout: 600_000,
    connect(_options, callback) {
      if (socket !== undefined) {
        callback(new ConnectionClosed('the server closed the connection'), null)
        return
      }
      socket = connectSocket(endpoint, choices)
      socket.setNoDelay().setTimeout(patience, () => socket?.destroy(new SilentPeer('no answer in time')))
      const failed = (error: Error) => callback(error, null)
      socket.once('error', failed).on('error', (error) => {
        broken ??= error
      })
      // Node reports a close during the handshake as an error only if TLS had begun.
      const closed = () => failed(new ConnectionClosed('closed before it was established'))
      socket.once('close', closed)
      socket.on('session', (ticket: Buffer) => {
        session = ticket
      })
      const opened = socket
      socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
        established = true
        if (opened instanceof TLSSocket) tls = tlsFacts(opened)
        opened.off('error', failed).off('close', closed).setTimeout(0)
        callback(null, opened)
      })
    },
  })

  async function send(request: WireRequest): Promise<Answer> {
    try {
      const response = await client.request({
        method: request.method as Dispatcher.HttpMethod,
        path: request.path,
        headers: request.headers.flat(),
        body: request.body ?? null,
        responseHeaders: 'raw',
      })
      const body = Buffer.from(await response.body.arrayBuffer())
      return {
        kind: 'response',
        status: response.statusCode,
        headers: pairs(response.headers as unknown as string[]),
        body,
        tls: tls ?? null,
      }
    } catch (error) {
      const handshake = endpoint.url.startsWith('https:') && !established
      const phase = handshake ? 'tls-handshake' : 'other'
      const failure = describeFailure(broken, phase) ?? describeFailure(error, phase)
      if (failure === undefined) throw error
      return failure
    }
  }

  async function close(): Promise<void> {
    await client.destroy()
    socket?.destroy()
  }

  return { send, session: () => session, close, [Symbol.asyncDispose]: close }
}

class ConnectionClosed extends Error {
  readonly code = 'ERR_PEER_CLOSED'
}

class SilentPeer extends Error {
  readonly code = 'ETIMEDOUT'
}

/** Begins a connection, TLS or not, as the address says. */
export function connectSocket(endpoint: Endpoint, choices: ConnectionChoices): Socket {
  const url = new URL(endpoint.url)
  const host = plainHost(url.hostname)
  const secure = url.protocol === 'https:'
  const port = Number(url.port) || (secure ? 443 : 80)
  if (!secure) return connectTcp({ host, port })
  const options: ConnectionOptions = { host, port, rejectUnauthorized: endpoint.trust !== undefined }
  const serverName = choices.serverName ?? (/^[\d.]+$|:/.test(host) ? '' : host)
  // The internal certificate is pinned (UG-SS 9.1): whoever presents it is the server, by whatever name we call it.
  const pinned = { ca: endpoint.trust, allowPartialTrustChain: true, checkServerIdentity: () => undefined }
  return connectTls({
    ...options,
    ...(endpoint.trust !== undefined && pinned),
    ...(choices.identity && presented(choices.identity, choices.leafOnly)),
    ...(choices.maxVersion && { maxVersion: choices.maxVersion }),
    ...(choices.resume && { session: choices.resume }),
    servername: serverName,
  })
}

function presented({ certificate, key }: Identity, leafOnly = false): ConnectionOptions {
  const cert = leafOnly ? new X509Certificate(certificate).toString() : certificate
  // OpenSSL refuses to present a weak key unless its security level is lowered; judging it is the server's affair.
  return { cert, key, ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0` }
}

/** What the handshake agreed on. */
export function tlsFacts(socket: TLSSocket): TlsFacts {
  return {
    protocol: socket.getProtocol() ?? '',
    suite: socket.getCipher().standardName,
    resumed: socket.isSessionReused(),
  }
}

function pairs(flat: readonly string[]): RawHeader[] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : []))
}
