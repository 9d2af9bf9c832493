import { isIP } from 'node:net'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { formatId } from '../../fixtures/identifiers.ts'
import { FaultError, fault } from '../fault/fault.ts'
import { BodyError } from '../http/body-error.ts'
import { IdleError } from '../http/byte-source.ts'
import { type ConnectionPool, ConnectTimeout } from '../http/connection-pool.ts'
import type { ProviderCookies } from '../http/cookie-jar.ts'
import { ResponseError } from '../http/header-lines.ts'
import { type HttpAnswer, makeCall, NoAnswer } from '../http/http-call.ts'
import { type Body, NoRoom } from '../message/body.ts'
import { type ProviderAddress, parseProviderAddress } from './provider-address.ts'
import type { ProviderTls, TrustQuestion } from './provider-tls.ts'

export interface ProviderRequest extends Omit<TrustQuestion, 'host'> {
  /** How long an answer may take, in milliseconds. */
  readonly timeout: number
  readonly url: string
  readonly method: string
  /** Headers before the ones that every call has: Host, Connection, User-Agent. */
  readonly headers: readonly RawHeader[]
  readonly trailingHeaders: readonly RawHeader[]
  readonly body: Body
  readonly chunked: boolean
}

export interface ProviderCaller {
  readonly pool: ConnectionPool
  readonly cookies: ProviderCookies
  readonly tls: ProviderTls
  readonly userAgent: string
}

/** Calls the provider's information system; throws a FaultError without origin when there is no answer to pass on. */
export async function callProvider(caller: ProviderCaller, request: ProviderRequest): Promise<HttpAnswer> {
  const address = parseProviderAddress(request.url)
  const { timeout, verifyTls, provider } = request
  const { host } = address
  try {
    const connection = await caller.pool.acquire({
      host,
      port: address.port,
      timeout,
      ...(address.secure ? { tls: caller.tls.offer(host) } : {}),
      // The reference reuses a verified connection for whoever comes next. Here a verdict never depends on who came before.
      pool: verifyTls ? formatId(provider.id) : '',
      // Node tells a client the certificate only once.
      verify: (socket) => caller.tls.judge(socket.getPeerX509Certificate(), { host, verifyTls, provider }),
    })
    const cookie = caller.cookies.header(request.url)
    const answer = await makeCall(connection, {
      method: request.method,
      target: address.target,
      headers: [
        ...request.headers,
        ['Host', address.authority],
        ['Connection', 'Keep-Alive'],
        ['User-Agent', caller.userAgent],
        ...(cookie === undefined ? [] : [cookie]),
        ...request.trailingHeaders,
      ],
      body: request.body,
      chunked: request.chunked,
      timeout,
    })
    caller.cookies.remember(request.url, answer.head.headers)
    return answer
  } catch (error) {
    // What no provider can bring about is a mistake of our own, and no fault.
    const isDefect = error instanceof TypeError || error instanceof RangeError
    throw isDefect || error instanceof FaultError ? error : providerFault(error as NodeJS.ErrnoException, address)
  }
}

function providerFault(error: NodeJS.ErrnoException, { host, port }: ProviderAddress): FaultError {
  if (error instanceof IdleError) return fault('providerTimesOut')
  if (error instanceof NoAnswer) return fault('providerSilent')
  if (error instanceof BodyError) return fault('providerBodyBroken', { text: bodyErrorText(error) })
  if (error instanceof NoRoom) return fault('providerIo', { text: error.message })
  if (error instanceof ResponseError) return fault('providerIo', { text: 'null' })
  if (error instanceof ConnectTimeout)
    return fault('providerIo', { text: `Connect to ${host}:${port} failed: connect timed out` })
  switch (error.code) {
    case 'ECONNREFUSED':
      return fault('providerRefusesConnection', { address: `${host}:${port}`, resolved: resolvedName(host, error) })
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fault('providerNotResolved', { host })
    case 'ECONNRESET':
    case 'EPIPE':
      return fault('providerResetsConnection', { text: 'Connection reset' })
    default:
      return fault('providerIo', { text: tlsErrorText(error) })
  }
}

function resolvedName(host: string, error: NodeJS.ErrnoException & { address?: string }): string {
  return isIP(host) === 0 ? `${host}/${error.address ?? ''}` : `/${host}`
}

function bodyErrorText({ kind, expected, received, found }: BodyError): string {
  switch (kind) {
    case 'cut-short':
      return `Premature end of Content-Length delimited message body (expected: ${count(expected)}; received: ${count(received)})`
    case 'chunk-cut-short':
      return `Truncated chunk (expected size: ${count(expected)}; actual size: ${count(received)})`
    case 'last-chunk-missing':
      return 'Premature end of chunk coded message body: closing chunk expected'
    case 'chunk-end-missing':
      return 'CRLF expected at end of chunk'
    case 'chunk-end-overrun':
      return 'Unexpected content at the end of chunk'
    case 'bad-chunk-size':
      return `Bad chunk header: ${found}`
    case 'negative-chunk-size':
      return 'Negative chunk size'
    case 'bad-trailer':
      return `Invalid footer: ${found}`
    case 'trailer-too-large':
      return 'Maximum line length limit exceeded'
  }
}

/** Bytes as the client writes them: 1,061. */
function count(bytes: number): string {
  return bytes.toLocaleString('en-US')
}

/** The words of the reference's TLS engine for what OpenSSL reports in its own. */
function tlsErrorText(error: NodeJS.ErrnoException): string {
  const alert = /ALERT_([A-Z_]+)$/.exec(error.code ?? '')?.[1]
  if (alert !== undefined) return `Received fatal alert: ${alert.toLowerCase()}`
  if (error.code === 'ERR_SSL_WRONG_VERSION_NUMBER' || error.code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return 'Unsupported or unrecognized SSL message'
  }
  return error.message
}
