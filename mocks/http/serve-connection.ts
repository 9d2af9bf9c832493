import type { Duplex } from 'node:stream'
import type { EngineRules } from '../../fixtures/profiles.ts'
import { type BodyReader, bodyReader } from './body-reader.ts'
import { type ByteSource, byteSource, IdleError } from './byte-source.ts'
import { EngineRefusal, renderRefusal, SilentRefusal } from './engine-refusal.ts'
import { parseRequestHead, type RequestHead } from './request-head.ts'
import { headerValues, screenRequest } from './screen-request.ts'
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
  /** Told of an error that no peer can have caused; the connection is closed. */
  onDefect(error: Error): void
}

/** Serves requests on one connection, one after the other, until either side closes it. */
export async function serveConnection(socket: Duplex, handler: HttpHandler, rules: ConnectionRules): Promise<void> {
  const source = byteSource(socket)
  try {
    while (await serveOne(socket, source, handler, rules));
    socket.end()
  } catch (error) {
    if (error instanceof EngineRefusal) await refuse(socket, source, error, rules)
    else if (error instanceof IdleError || error instanceof SilentRefusal) socket.end()
    else {
      socket.destroy()
      if (!isConnectionLoss(error)) rules.onDefect(error as Error)
    }
  }
}

/** Node marks what happens to a socket with a code; anything else is our own defect. */
function isConnectionLoss(error: unknown): boolean {
  return error instanceof PeerGone || typeof (error as NodeJS.ErrnoException).code === 'string'
}

async function serveOne(
  socket: Duplex,
  source: ByteSource,
  handler: HttpHandler,
  rules: ConnectionRules,
): Promise<boolean> {
  const head = await readHead(source, rules.idle)
  if (head === undefined) return false
  const { framing, target } = screenRequest(head, rules)
  const reader = bodyReader(source, framing, rules.idle)
  const expectsContinue = head.version === '1.1' && headerValues(head, 'expect').length > 0
  const body = expectsContinue ? continuing(socket, reader) : reader
  const response = await handler({ head, target, hasBody: framing.kind !== 'none', body })
  if (response === undefined) return false
  const last = response.close === true || wantsClose(head) || (expectsContinue && !reader.done)
  const complete = reader.done || (!last && (await drain(reader)))
  try {
    await writeResponse(socket, head, response, last || !complete)
  } finally {
    await response.body.discard()
  }
  return !last && complete
}

/** Milliseconds a whole head may take, however steadily it drips in. */
const headTime = 120_000

async function readHead(source: ByteSource, timeout: number): Promise<RequestHead | undefined> {
  let bytes: Buffer | undefined
  let deadline = Number.POSITIVE_INFINITY
  for (;;) {
    const chunk = source.take() ?? (await source.read(timeout))
    if (chunk === undefined || performance.now() > deadline) return undefined
    if (bytes === undefined) deadline = performance.now() + headTime
    bytes = bytes === undefined ? chunk : Buffer.concat([bytes, chunk])
    const parsed = parseRequestHead(bytes)
    if (parsed === undefined) continue
    source.unread(bytes.subarray(parsed.length))
    return parsed.head
  }
}

function continuing(socket: Duplex, reader: BodyReader): BodyReader {
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
  const tokens = headerValues(head, 'connection').flatMap((value) => value.toLowerCase().split(/[\s,]+/))
  return head.version === '1.0' ? !tokens.includes('keep-alive') : tokens.includes('close')
}

/** How much of an unread body is read away to keep the connection. */
const drainLimit = 1024 * 1024

async function drain(reader: BodyReader): Promise<boolean> {
  try {
    for (let total = 0; total < drainLimit; ) {
      const chunk = await reader.read()
      if (chunk === undefined) return true
      total += chunk.length
    }
  } catch {
    // A body that cannot be read to its end costs the connection, nothing more.
  }
  return false
}

async function refuse(
  socket: Duplex,
  source: ByteSource,
  refusal: EngineRefusal,
  rules: ConnectionRules,
): Promise<void> {
  const { reason, headers, body } = renderRefusal(refusal, rules)
  socket.end(Buffer.concat([formatHead(refusal.status, headers, reason), body]))
  await drainUntilClosed(source)
  socket.destroy()
}

/** A peer that is still sending would otherwise lose the answer to a reset. */
async function drainUntilClosed(source: ByteSource): Promise<void> {
  try {
    for (let total = 0; total < drainLimit; ) {
      const chunk = await source.read(1000)
      if (chunk === undefined) return
      total += chunk.length
    }
  } catch {
    // Nothing is owed to a connection that has been answered and closed.
  }
}
