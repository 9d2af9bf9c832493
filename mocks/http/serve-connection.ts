import type { Socket } from 'node:net'
import type { EngineRules } from '../../fixtures/version-profile.ts'
import { headerValues } from '../message/raw-headers.ts'
import type { BodyReader } from './body-framing.ts'
import { bodyReader } from './body-reader.ts'
import { type ByteSource, byteSource, IdleError } from './byte-source.ts'
import { EngineRefusal, renderRefusal, SilentRefusal } from './engine-refusal.ts'
import { parseRequestHead, type RequestHead } from './request-head.ts'
import { screenRequest } from './screen-request.ts'
import { formatHead, type HttpResponse, PeerGone, writeResponse } from './write-response.ts'

/** One request as its handler sees it. `target` is in origin form; `head` is as it came. */
export interface HttpRequest {
  readonly head: RequestHead
  readonly target: string
  readonly hasBody: boolean
  /** Reading starts the interim answer to Expect: 100-continue. */
  readonly body: BodyReader
}

/** Undefined closes the connection without an answer. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse | undefined>

export interface ConnectionRules extends EngineRules {
  /** Milliseconds a connection may rest between requests, and within a head or a body. */
  readonly idle: number
  /** Decides in the place of `screenRequest`. */
  readonly screen?: typeof screenRequest
  /** Told of an error that no peer can have caused; the connection is closed. */
  onDefect(error: Error): void
}

/** Serves requests on one connection, one after the other, until either side closes it. */
export async function serveConnection(socket: Socket, handler: HttpHandler, rules: ConnectionRules): Promise<void> {
  const source = byteSource(socket)
  try {
    while (await serveOne(socket, source, handler, rules));
  } catch (error) {
    if (error instanceof EngineRefusal) writeRefusal(socket, error, rules)
    else if (!(error instanceof IdleError || error instanceof SilentRefusal)) {
      socket.destroy()
      if (!isConnectionLoss(error)) rules.onDefect(error as Error)
    }
  }
  await hangUp(socket, source, rules.idle)
}

/** Node marks what happens to a socket with a code, and misuse of itself with a TypeError or RangeError: that is our own defect. */
function isConnectionLoss(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return false
  return error instanceof PeerGone || typeof (error as NodeJS.ErrnoException).code === 'string'
}

async function serveOne(
  socket: Socket,
  source: ByteSource,
  handler: HttpHandler,
  rules: ConnectionRules,
): Promise<boolean> {
  const { screen = screenRequest } = rules
  const head = await readHead(source, rules.idle, (beginning) => screen(beginning, rules, false))
  if (head === undefined) return false
  const { framing, target } = screen(head, rules)
  const reader = bodyReader(source, framing, rules.idle)
  const expectsContinue = head.version === '1.1' && headerValues(head.headers, 'expect').length > 0
  const body = expectsContinue && !source.holds() ? continuing(socket, reader) : reader
  const response = await handler({ head, target, hasBody: framing.kind !== 'none', body })
  if (response === undefined) return false
  // Who waits for a go-ahead that never comes could send the next request or a body: nobody would know which.
  const leftWaiting = expectsContinue && (framing.kind === 'none' || !reader.done)
  const last = response.close === true || wantsClose(head) || leftWaiting
  const complete = reader.done || (!last && (await drain(reader, rules.idle)))
  try {
    await writeResponse(socket, head, response, { last: last || !complete, timeout: rules.idle })
  } finally {
    await response.body.discard()
  }
  return !last && complete
}

/** Milliseconds a whole head may take, however steadily it drips in. */
const headTime = 120_000

async function readHead(
  source: ByteSource,
  timeout: number,
  screen: (beginning: RequestHead) => void,
): Promise<RequestHead | undefined> {
  let bytes: Buffer | undefined
  let deadline = Number.POSITIVE_INFINITY
  for (;;) {
    const chunk = source.take() ?? (await source.read(timeout))
    if (chunk === undefined || performance.now() > deadline) return undefined
    if (bytes === undefined) deadline = performance.now() + headTime
    bytes = bytes === undefined ? chunk : Buffer.concat([bytes, chunk])
    const parsed = parseRequestHead(bytes, screen)
    if (parsed === undefined) continue
    source.unread(bytes.subarray(parsed.length))
    return parsed.head
  }
}

function continuing(socket: Socket, reader: BodyReader): BodyReader {
  let asked = false
  return {
    trailers: reader.trailers,
    get done() {
      return reader.done
    },
    read() {
      if (!asked && !reader.done) socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      asked = true
      return reader.read()
    },
  }
}

function wantsClose(head: RequestHead): boolean {
  const tokens = headerValues(head.headers, 'connection').flatMap((value) => value.toLowerCase().split(/[\s,]+/))
  return head.version === '1.0' ? !tokens.includes('keep-alive') : tokens.includes('close')
}

/** How much of an unread body is read away to keep the connection. */
const drainLimit = 1024 * 1024

async function drain(reader: Pick<BodyReader, 'read'>, time: number): Promise<boolean> {
  const deadline = performance.now() + time
  try {
    for (let total = 0; total < drainLimit && performance.now() < deadline; ) {
      const chunk = await reader.read()
      if (chunk === undefined) return true
      total += chunk.length
    }
  } catch {
    // A body that cannot be read to its end costs the connection, nothing more.
  }
  return false
}

function writeRefusal(socket: Socket, refusal: EngineRefusal, rules: ConnectionRules): void {
  const { reason, headers, body } = renderRefusal(refusal, rules, 'encrypted' in socket ? 'https' : 'http')
  socket.write(Buffer.concat([formatHead(refusal.status, headers, reason), body]))
}

/** Milliseconds in which a peer may notice that the connection has been closed. */
const lingerTime = 1000

/** Closes a connection: a peer that is still sending would lose the answer to a reset, one that never closes holds nothing. */
async function hangUp(socket: Socket, source: ByteSource, idle: number): Promise<void> {
  if (socket.destroyed) return
  await new Promise<void>((resolve) => {
    socket.setTimeout(idle)
    socket.once('timeout', resolve)
    socket.once('close', resolve)
    socket.end(resolve)
  })
  const time = Math.min(lingerTime, idle)
  await drain({ read: () => source.read(time) }, time)
  socket.destroy()
}
