import { once } from 'node:events'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { RawHeader } from '../../fixtures/exchange.ts'
import type { Answer } from '../observe/answer.ts'
import { describeFailure } from '../observe/handshake.ts'
import {
  type Connection,
  type ConnectionChoices,
  connectSocket,
  type Endpoint,
  tlsFacts,
  type WireRequest,
} from './connection.ts'

/**
 * A connection like any other, but for requests that an HTTP library refuses or rewrites: method, target and headers
 * stand on the wire as they are given. `Host` and `Content-Length` are added where the request has neither they nor a
 * `Transfer-Encoding`; with that, the body has to be chunked already.
 */
export function openRawConnection(endpoint: Endpoint, choices: ConnectionChoices = {}): Connection {
  let socket: Socket | undefined
  let received: Buffer = Buffer.alloc(0)
  let session: Buffer | undefined

  async function open(): Promise<Socket> {
    const opened = connectSocket(endpoint, choices)
    opened.setNoDelay().setTimeout(choices.patience ?? 15_000, () => opened.destroy(timedOut()))
    opened.on('session', (ticket: Buffer) => {
      session = ticket
    })
    await once(opened, opened instanceof TLSSocket ? 'secureConnect' : 'connect')
    return opened
  }

  async function send(request: WireRequest): Promise<Answer> {
    let phase: 'tls-handshake' | 'other' = endpoint.url.startsWith('https:') ? 'tls-handshake' : 'other'
    try {
      socket ??= await open()
      phase = 'other'
      socket.write(formatRequest(request, new URL(endpoint.url).host))
      const bodiless = request.method === 'HEAD'
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        received = Buffer.concat([received, chunk as Buffer])
        const answer = readAnswer(received, bodiless, false)
        if (answer === undefined) continue
        received = received.subarray(answer.length)
        return { ...answer.response, tls: socket instanceof TLSSocket ? tlsFacts(socket) : null }
      }
      const rest = readAnswer(received, bodiless, true)
      if (rest === undefined) return { kind: 'no-answer', reason: received.length === 0 ? 'closed' : 'malformed' }
      return { ...rest.response, tls: socket instanceof TLSSocket ? tlsFacts(socket) : null }
    } catch (error) {
      const failure = describeFailure(error, phase)
      if (failure === undefined) throw error
      return failure
    }
  }

  async function close(): Promise<void> {
    socket?.destroy()
  }

  return { send, session: () => session, close, [Symbol.asyncDispose]: close }
}

function timedOut(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })
}

function formatRequest({ method, path, headers, body = Buffer.alloc(0) }: WireRequest, host: string): Buffer {
  const has = (name: string) => headers.some(([field]) => field.toLowerCase() === name)
  const isFramed = has('content-length') || has('transfer-encoding')
  const fields: RawHeader[] = [
    ...(has('host') ? [] : [['Host', host] as const]),
    ...headers,
    ...(isFramed || body.length === 0 ? [] : [['Content-Length', String(body.length)] as const]),
  ]
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`, 'latin1'), body])
}

interface ReadAnswer {
  readonly response: { readonly kind: 'response'; status: number; headers: readonly RawHeader[]; body: Buffer }
  readonly length: number
}

/** Reads one final answer from the start of the bytes; undefined if it is not complete. */
function readAnswer(bytes: Buffer, bodiless: boolean, ended: boolean): ReadAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [line = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1])
  const start = headEnd + 4
  if (status >= 100 && status < 200) {
    const final = readAnswer(bytes.subarray(start), bodiless, ended)
    return final && { ...final, length: final.length + start }
  }
  const headers = lines.map((field) => {
    const [name = '', ...value] = field.split(':')
    return [name, value.join(':').trim()] as const
  })
  const rest = bytes.subarray(start)
  const body = bodiless || status === 204 || status === 304 ? empty : readBody(headers, rest, ended)
  return body && { response: { kind: 'response', status, headers, body: body.bytes }, length: start + body.length }
}

interface ReadBody {
  readonly bytes: Buffer
  readonly length: number
}

const empty: ReadBody = { bytes: Buffer.alloc(0), length: 0 }

function readBody(headers: readonly RawHeader[], rest: Buffer, ended: boolean): ReadBody | undefined {
  const value = (name: string) => headers.find(([field]) => field.toLowerCase() === name)?.[1]
  if (value('transfer-encoding')?.toLowerCase().endsWith('chunked')) return readChunks(rest)
  const length = value('content-length')
  if (length === undefined) return ended ? { bytes: rest, length: rest.length } : undefined
  return rest.length < Number(length) ? undefined : { bytes: rest.subarray(0, Number(length)), length: Number(length) }
}

/** Chunks up to the last one; a trailer is not expected. */
function readChunks(rest: Buffer): ReadBody | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (Number.isNaN(size) || rest.length < next) return undefined
    if (size === 0) return { bytes: Buffer.concat(chunks), length: next }
    chunks.push(rest.subarray(lineEnd + 2, next - 2))
    at = next
  }
}
