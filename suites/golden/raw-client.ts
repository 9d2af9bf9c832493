import type { Socket } from 'node:net'
import { connect as connectPlain } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { connect as connectTls } from 'node:tls'
import { answerLimit } from '../client/answer-limit.ts'
import { type ByteStore, createByteStore } from '../client/byte-store.ts'
import { readAnswer } from './answer-reader.ts'
import type { Placeholders } from './bytes.ts'
import type { GoldenCase, GoldenRequest, RawResponse, TlsFacts } from './golden-case.ts'
import { readHead } from './message-reader.ts'
import { requestBytes } from './request-bytes.ts'

/** Where the server listens, and with which certificates the client may present itself. */
export interface ClientSide {
  readonly http: { readonly host: string; readonly port: number }
  readonly https: { readonly host: string; readonly port: number }
  /** Certificate and key as PEM, by name; the chain follows the leaf. */
  readonly identities: ReadonlyMap<string, { readonly certificate: string; readonly key: string }>
}

/** A connection that collects what comes. */
interface Connection {
  readonly socket: Socket
  readonly received: ByteStore
  /** Set when no more will come. */
  ended?: 'closed' | 'reset'
  /** More has come than any answer may have. */
  overlong?: true
  readonly tls?: TlsFacts
  /** Resolves at the next bytes or at the end. */
  next(): Promise<void>
}

/** How long a server has to close the connection after its answer: long enough before a further request on it. */
const settleMs = { last: 3, between: 30 }

/** Sends the requests of a case exactly as they stand and reads the answers, without any HTTP client in between. */
export async function sendCase(golden: GoldenCase, side: ClientSide, values: Placeholders): Promise<RawResponse[]> {
  const timeoutMs = golden.timeoutMs ?? 15_000
  if (golden.connections === 'pipeline') return sendPipelined(golden, side, values, timeoutMs)
  const answers: RawResponse[] = []
  let connection: Connection | undefined
  for (const [index, request] of golden.requests.entries()) {
    if (connection === undefined || connection.ended !== undefined) {
      const opened: Connection | RawResponse = await open(golden, side)
      if ('outcome' in opened) {
        answers.push(opened)
        continue
      }
      connection = opened
    }
    const answer = await exchange(connection, request, values, timeoutMs)
    const more = golden.connections === 'one' && index < golden.requests.length - 1
    await settle(connection, more ? settleMs.between : settleMs.last)
    answers.push({ ...answer, closed: answer.closed || connection.ended !== undefined })
    if (!more) {
      connection.socket.destroy()
      connection = undefined
    }
  }
  connection?.socket.destroy()
  return answers
}

/** Gives the server a moment to close the connection after its answer. */
async function settle(connection: Connection, waitMs: number): Promise<void> {
  if (connection.ended === undefined) await Promise.race([connection.next(), moment(waitMs)])
}

/** In a busy process a timer comes before what had arrived by then, so what has arrived is read after it. */
async function moment(waitMs: number): Promise<void> {
  await sleep(waitMs)
  for (let round = 0; round < 3; round += 1) await new Promise(setImmediate)
}

async function sendPipelined(
  golden: GoldenCase,
  side: ClientSide,
  values: Placeholders,
  timeoutMs: number,
): Promise<RawResponse[]> {
  const connection = await open(golden, side)
  if ('outcome' in connection) return golden.requests.map(() => connection)
  connection.socket.write(
    Buffer.concat(
      golden.requests.flatMap((request) => {
        const { head, body } = requestBytes(request, values)
        return [head, body]
      }),
    ),
  )
  const answers: RawResponse[] = []
  for (const request of golden.requests) answers.push(await receive(connection, methodOf(request), timeoutMs))
  await settle(connection, settleMs.last)
  connection.socket.destroy()
  return answers.map((answer, index) =>
    index === answers.length - 1 ? { ...answer, closed: connection.ended !== undefined } : { ...answer, closed: false },
  )
}

async function exchange(
  connection: Connection,
  request: GoldenRequest,
  values: Placeholders,
  timeoutMs: number,
): Promise<RawResponse> {
  const { head, body } = requestBytes(request, values)
  const { socket } = connection
  if (request.abortAfter !== undefined) {
    socket.write(Buffer.concat([head, body]).subarray(0, request.abortAfter))
    await sleep(50)
    socket.destroy()
    return { outcome: 'client-aborted', status: null, closed: true }
  }
  if (request.expectContinue) {
    socket.write(head)
    const final = await waitForInterim(connection, request.expectWaitMs ?? 1500)
    if (!final) socket.write(body)
  } else if (request.split !== undefined) {
    await writeSplit(socket, Buffer.concat([head, body]), request.split, request.splitDelayMs ?? 30)
  } else {
    socket.write(Buffer.concat([head, body]))
  }
  if (request.halfClose) socket.end()
  return receive(connection, methodOf(request), timeoutMs)
}

/** The method that decides whether an answer has a body: that of the line that is really sent. */
function methodOf(request: GoldenRequest): string {
  if (request.raw === undefined) return request.method
  return /^\S*/.exec(typeof request.raw === 'string' ? request.raw : '')?.[0] ?? request.method
}

/** Waits for the first answer line; true if it is a final one, so that the body must not be sent. */
async function waitForInterim(connection: Connection, waitMs: number): Promise<boolean> {
  const deadline = sleep(waitMs, 'late' as const)
  for (;;) {
    const head = readHead(connection.received.bytes)
    if (head !== undefined) return !/^HTTP\/\S+ 1\d\d/.test(head.line)
    if (connection.ended !== undefined) return true
    if ((await Promise.race([connection.next(), deadline])) === 'late') return false
  }
}

async function writeSplit(socket: Socket, bytes: Buffer, sizes: readonly number[], delayMs: number): Promise<void> {
  let at = 0
  for (const size of sizes) {
    socket.write(bytes.subarray(at, at + size))
    at += size
    await sleep(delayMs)
  }
  socket.write(bytes.subarray(at))
}

/** Reads one answer from the connection and leaves what follows it. */
async function receive(connection: Connection, method: string, timeoutMs: number): Promise<RawResponse> {
  const timer = new AbortController()
  const deadline = sleep(timeoutMs, 'timeout' as const, { signal: timer.signal }).catch(() => 'timeout' as const)
  try {
    for (;;) {
      if (connection.overlong) throw new Error(`an answer has more than ${answerLimit} bytes`)
      const answer = readAnswer(connection.received.bytes, method, connection.ended)
      if (answer !== undefined) {
        connection.received.drop(answer.length)
        return withTls(answer.response, connection)
      }
      if ((await Promise.race([connection.next(), deadline])) === 'timeout') {
        const partial = readAnswer(connection.received.bytes, method, 'timeout')
        return withTls(partial?.response ?? { outcome: 'timeout', status: null, closed: false }, connection)
      }
    }
  } finally {
    timer.abort()
  }
}

function withTls(response: RawResponse, connection: Connection): RawResponse {
  return {
    ...response,
    closed: connection.ended !== undefined,
    ...(connection.tls === undefined ? {} : { tls: connection.tls }),
  }
}

async function open(golden: GoldenCase, side: ClientSide): Promise<Connection | RawResponse> {
  const { host, port } = side[golden.listener]
  const secure = golden.listener === 'https' ? !golden.plainOnTls : golden.tlsOnPlain === true
  const socket = secure
    ? openTls(golden, side, host, port)
    : connectPlain({ host, port, noDelay: true, allowHalfOpen: true })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => resolve())
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('closed')))
      socket.setTimeout(10_000, () => reject(new Error('no handshake within 10 seconds')))
    })
  } catch (error) {
    socket.destroy()
    socket.on('error', () => undefined)
    const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
    return { outcome: 'connect-failed', status: null, closed: true, error: reason }
  }
  socket.setTimeout(0)
  return collect(socket, secure ? tlsFacts(socket as TLSSocket) : undefined)
}

function openTls(golden: GoldenCase, side: ClientSide, host: string, port: number): TLSSocket {
  const identity = golden.certificate === undefined ? undefined : side.identities.get(golden.certificate)
  if (golden.certificate !== undefined && identity === undefined) {
    throw new Error(`no certificate named "${golden.certificate}"`)
  }
  return connectTls({
    host,
    port,
    // What is judged is the server's answer; its certificate is made afresh for each run.
    rejectUnauthorized: false,
    ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
    ...golden.tls,
  })
}

function tlsFacts(socket: TLSSocket): TlsFacts {
  return {
    protocol: socket.getProtocol(),
    cipher: socket.getCipher()?.standardName ?? null,
    alpn: socket.alpnProtocol === false ? null : socket.alpnProtocol,
  }
}

function collect(socket: Socket, tls: TlsFacts | undefined): Connection {
  let wake: (() => void)[] = []
  const notify = () => {
    const waiting = wake
    wake = []
    for (const resolve of waiting) resolve()
  }
  const connection: Connection = {
    socket,
    received: createByteStore(),
    ...(tls === undefined ? {} : { tls }),
    next: () => new Promise((resolve) => wake.push(resolve)),
  }
  const end = (how: 'closed' | 'reset') => {
    connection.ended ??= how
    notify()
  }
  socket.on('data', (chunk: Buffer) => {
    connection.received.append(chunk)
    if (connection.received.bytes.length > answerLimit) {
      connection.overlong = true
      socket.destroy()
    }
    notify()
  })
  socket.on('end', () => end('closed'))
  socket.on('error', () => end('reset'))
  socket.on('close', () => end('closed'))
  return connection
}
