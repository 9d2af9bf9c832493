import type { RawHeader } from '../../fixtures/exchange.ts'
import { type Body, collectBody } from '../message/body.ts'
import type { BodyReader } from './body-framing.ts'
import { bodyReader } from './body-reader.ts'
import { chunkOf, inChunks, lastChunk } from './chunk.ts'
import type { PooledConnection } from './connection-pool.ts'
import { keepsAlive, parseResponseHead, type ResponseHead, responseFraming } from './response-head.ts'

/** One request to a provider. Headers go out as they stand here, Latin-1, in order. */
export interface HttpCall {
  readonly method: string
  readonly target: string
  readonly headers: readonly RawHeader[]
  readonly body: Body
  readonly chunked: boolean
  /** Milliseconds between two packets of the answer; 0 waits for ever. */
  readonly timeout: number
  /** The same for its body, if that is another time. */
  readonly pause?: number
}

export interface HttpAnswer {
  readonly head: ResponseHead
  readonly body: Body
}

/** The provider closed the connection without a byte of an answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Makes one call on a connection and reads the whole answer. The connection goes back to its pool, or is closed. */
export function makeCall(connection: PooledConnection, call: HttpCall): Promise<HttpAnswer> {
  return callThrough(connection, call, async (head, reader) => ({
    head,
    body: await collectBody(() => reader.read()),
  }))
}

/** The same, with the answer read by `receive`; what it leaves unread ends the connection. */
export async function callThrough<T>(
  connection: PooledConnection,
  call: HttpCall,
  receive: (head: ResponseHead, reader: BodyReader) => Promise<T>,
): Promise<T> {
  const timeout = call.timeout > 0 ? call.timeout : 0x7fffffff
  let keep = false
  try {
    const sent = send(connection, call)
    const head = await readFinalHead(connection, timeout)
    const framing = responseFraming(call.method, head)
    const reader = bodyReader(connection.source, framing, call.pause ?? timeout)
    const answer = await receive(head, reader)
    keep = keepsAlive(head, framing) && reader.done && sent.complete()
    return answer
  } finally {
    connection.release(keep)
  }
}

function send(connection: PooledConnection, call: HttpCall): { complete(): boolean } {
  const { socket } = connection
  const head = formatRequestHead(call)
  if (call.body.bytes !== undefined) {
    const { bytes } = call.body
    socket.write(Buffer.concat([head, ...(call.chunked ? inChunks(bytes) : [bytes])]))
    return { complete: () => true }
  }
  let complete = false
  socket.write(head)
  // The answer may come before the last byte has gone; a provider that stops reading shows in the answer, not here.
  sendLargeBody(connection, call).then(
    () => {
      complete = true
    },
    () => socket.destroy(),
  )
  return { complete: () => complete }
}

async function sendLargeBody({ socket }: PooledConnection, call: HttpCall): Promise<void> {
  for await (const bytes of call.body.chunks()) {
    if (socket.destroyed) return
    if (socket.write(call.chunked ? Buffer.concat(chunkOf(bytes)) : bytes)) continue
    await new Promise<void>((resolve) => {
      const go = () => {
        socket.off('drain', go)
        socket.off('close', go)
        resolve()
      }
      socket.once('drain', go)
      socket.once('close', go)
    })
  }
  if (call.chunked && !socket.destroyed) socket.write(lastChunk)
}

function formatRequestHead(call: HttpCall): Buffer {
  let text = `${call.method} ${call.target} HTTP/1.1\r\n`
  for (const [name, value] of call.headers) text += `${name}: ${asLatin1(value)}\r\n`
  return Buffer.from(`${text}\r\n`, 'latin1')
}

/** The reference writes what has no place in Latin-1 as a question mark. */
function asLatin1(value: string): string {
  return value.replace(/[^\t\x20-\x7e\xa0-\xff]/g, '?')
}

async function readFinalHead({ source }: PooledConnection, timeout: number): Promise<ResponseHead> {
  let bytes: Buffer = Buffer.alloc(0)
  let ended = false
  for (;;) {
    const parsed = bytes.length === 0 ? undefined : parseResponseHead(bytes, ended)
    if (parsed !== undefined) {
      bytes = bytes.subarray(parsed.length)
      if (parsed.head.status < 200) continue
      source.unread(bytes)
      return parsed.head
    }
    const chunk: Buffer | undefined = ended ? undefined : await source.read(timeout)
    ended = chunk === undefined
    if (ended && bytes.length === 0) throw new NoAnswer('no answer')
    if (chunk !== undefined) bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
  }
}
