import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { SecureContextOptions } from 'node:tls'
import { scriptedVariants } from '../../fixtures/container-topology.ts'
import { type ProviderScript, providerScriptSchema, type ReceivedCall } from '../../fixtures/provider-script.ts'
import type { InformationSystem } from '../../fixtures/topology.ts'
import { bodyReader } from '../http/body-reader.ts'
import { type ByteSource, byteSource } from '../http/byte-source.ts'
import { parseRequestHead, type RequestHead } from '../http/request-head.ts'
import { writeBytes } from '../http/write-response.ts'
import { startListener } from '../listener/listener.ts'
import { reachableUrlHost } from '../listener/reachable-host.ts'
import type { TlsIdentity } from '../listener/tls-identity.ts'
import { recordBody } from '../log/exchange-log.ts'
import { type Body, collectBody, emptyBody, type WholeBody } from '../message/body.ts'
import { headerValues } from '../message/raw-headers.ts'
import type { Credential } from '../pki/keystore.ts'
import { startTogether, stopAll } from '../stops.ts'
import { ordinaryAnswer } from './ordinary-answer.ts'

export interface ScriptedSystemOptions {
  readonly name: string
  readonly credential: Pick<Credential, 'certificate' | 'key'>
  readonly listen: InformationSystem['listen']
}

/** An information system that answers as a scenario tells it to, and keeps what it received. */
export interface RunningScriptedSystem {
  /** Addresses by scheme: `http`, and one for each way to speak TLS. */
  readonly addresses: Readonly<Record<'http' | TlsVariant, string>>
  /** Scripts for the calls of one message, in turn; the last one repeats. A call without a message is known by its target. */
  script(messageId: string, scripts: readonly ProviderScript[]): void
  calls(messageId: string): readonly ReceivedCall[]
  stop(): Promise<void>
}

/** What a provider may insist on; only `https` and `https-ecdhe` can be met by a security server as it is installed. */
const tlsVariants = {
  https: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
  https13: { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
  'https-ecdhe': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
  'https-chacha20': { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-CHACHA20-POLY1305' },
} as const satisfies Record<string, SecureContextOptions>

type TlsVariant = keyof typeof tlsVariants

/** Messages whose scripts and calls are kept, and calls of one of them; the oldest go first. */
const messageLimit = 1000
const callLimit = 100
const idleTime = 60_000

type Script = ReturnType<typeof providerScriptSchema.parse>

/** Starts all its listeners, or none: rejects with a UsageError if a port is taken. */
export function startScriptedSystem(options: ScriptedSystemOptions): Promise<RunningScriptedSystem & AsyncDisposable> {
  return startTogether(async (stops) => {
    const scripts = new Map<string, Script[]>()
    const received = new Map<string, ReceivedCall[]>()
    const nextScript = (messageId: string) => {
      const list = scripts.get(messageId)
      return list !== undefined && list.length > 1 ? list.shift() : list?.[0]
    }
    const keep = (call: ReceivedCall) => {
      const calls = received.get(call.messageId) ?? []
      calls.push(call)
      if (calls.length > callLimit) calls.shift()
      remember(received, call.messageId, calls)
    }
    const { listen, name, credential } = options
    const { certificate: cert, key } = credential
    const start = async (scheme: 'http' | 'https', port: number, tls?: SecureContextOptions) => {
      const listener = await startListener({
        host: listen.host,
        port,
        purpose: `information system ${name}`,
        writtenIn: 'in informationSystems of the topology',
        ...(tls === undefined ? {} : { tls: { ...tls, cert, dhparam: 'auto', ...(key === undefined ? {} : { key }) } }),
        receive: () => ({ onConnection: (socket, identity) => void serve(socket, identity, nextScript, keep) }),
      })
      stops.push(() => listener.stop())
      return `${scheme}://${reachableUrlHost(listen.host)}:${listener.port}`
    }
    const startVariant = (variant: (typeof scriptedVariants)[number]) => {
      const { variants: first } = listen
      return start('https', first === 0 ? 0 : first + scriptedVariants.indexOf(variant), tlsVariants[variant])
    }
    return {
      addresses: {
        http: await start('http', listen.http),
        https: await start('https', listen.https, tlsVariants.https),
        https13: await startVariant('https13'),
        'https-ecdhe': await startVariant('https-ecdhe'),
        'https-chacha20': await startVariant('https-chacha20'),
      },
      script: (messageId, list) =>
        remember(
          scripts,
          messageId,
          list.map((one) => providerScriptSchema.parse(one)),
        ),
      calls: (messageId) => [...(received.get(messageId) ?? [])],
      stop: () => stopAll(stops),
    }
  })
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  const oldest = map.size > messageLimit ? map.keys().next().value : undefined
  if (oldest !== undefined) map.delete(oldest)
}

async function serve(
  socket: Socket,
  identity: TlsIdentity | undefined,
  nextScript: (messageId: string) => Script | undefined,
  keep: (call: ReceivedCall) => void,
): Promise<void> {
  const source = byteSource(socket)
  try {
    while (await serveCall(socket, source, identity, nextScript, keep));
  } catch {
    // Whatever a security server sends that is no HTTP ends its connection.
  }
  socket.destroy()
}

async function serveCall(
  socket: Socket,
  source: ByteSource,
  identity: TlsIdentity | undefined,
  nextScript: (messageId: string) => Script | undefined,
  keep: (call: ReceivedCall) => void,
): Promise<boolean> {
  const head = await readHead(source)
  if (head === undefined) return false
  const { framing, read } = requestBody(source, head)
  const early = headerValues(head.headers, 'x-road-id').at(-1)
  const script = early === undefined ? undefined : nextScript(early)
  const body = script?.when === 'headers' ? emptyBody : await read()
  // Only what is in memory is looked at; a file is not needed again.
  await body.discard()
  const messageId = early ?? soapMessageId(body) ?? head.target
  const line = `${head.method} ${head.target} HTTP/${head.version}`
  const sha512 = body.sha512().toString('base64')
  keep({ messageId, line, headers: head.headers, body: recordBody(body), sha512, framing, ...tlsFacts(identity) })
  const play = script ?? nextScript(messageId)
  if (play === undefined) {
    socket.write(ordinaryAnswer(head, body))
    return true
  }
  return playScript(socket, play)
}

async function readHead(source: ByteSource): Promise<RequestHead | undefined> {
  let bytes: Buffer = Buffer.alloc(0)
  for (;;) {
    const chunk = await source.read(idleTime)
    if (chunk === undefined) return undefined
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
    const parsed = parseRequestHead(bytes)
    if (parsed === undefined) continue
    source.unread(bytes.subarray(parsed.length))
    return parsed.head
  }
}

function requestBody(
  source: ByteSource,
  head: RequestHead,
): Pick<ReceivedCall, 'framing'> & { read(): Promise<WholeBody> } {
  const chunked = headerValues(head.headers, 'transfer-encoding').length > 0
  const length = Number(headerValues(head.headers, 'content-length')[0] ?? 0)
  const framing = chunked ? 'chunked' : length > 0 ? 'length' : 'none'
  const reader = bodyReader(source, chunked ? { kind: 'chunked', of: 'request' } : { kind: 'length', length }, idleTime)
  return { framing, read: () => collectBody(() => reader.read()) }
}

/** A SOAP message names itself in its header; which prefix its `id` has does not matter here. */
function soapMessageId(body: Body): string | undefined {
  const text = body.bytes?.toString('utf8', 0, 16 * 1024) ?? ''
  return /<(?:[\w.-]+:)?id(?:\s[^>]*)?>([^<]*)</.exec(text)?.[1]
}

function tlsFacts(identity: TlsIdentity | undefined): Pick<ReceivedCall, 'tls'> {
  if (identity === undefined) return {}
  const { protocol, suite, certificate } = identity
  return { tls: { protocol, suite, ...(certificate === undefined ? {} : { certificateSha256: certificate.sha256 }) } }
}

async function playScript(socket: Socket, { actions }: Script): Promise<boolean> {
  for (const action of actions) {
    if (socket.destroyed) return false
    if ('send' in action) socket.write(action.send)
    else if ('sendBase64' in action) await repeat(socket, Buffer.from(action.sendBase64, 'base64'), action.times)
    else if ('waitMs' in action) await pause(action.waitMs)
    else {
      if (action.close === 'fin') socket.end()
      else socket.resetAndDestroy()
      return false
    }
  }
  return true
}

/** The same bytes again and again, no faster than they are read. */
async function repeat(socket: Socket, bytes: Buffer, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await writeBytes(socket, bytes, idleTime)
}
