import { once } from 'node:events'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { RawHeader } from '../../fixtures/exchange.ts'
import type { Answer, TlsFacts } from '../observe/answer.ts'
import { describeFailure } from '../observe/handshake.ts'
import { answerLimit } from './answer-limit.ts'
import {
  type Connection,
  type ConnectionChoices,
  connectSocket,
  type Endpoint,
  tlsFacts,
  type WireRequest,
} from './connection.ts'
import { rawAnswerReader } from './raw-answer.ts'

/**
 * A connection like any other, but for requests that an HTTP library refuses or rewrites: method, target and headers
 * stand on the wire as they are given. `Host` and `Content-Length` are added where the request has neither they nor a
 * `Transfer-Encoding`; with that, the body has to be chunked already.
 */
export function openRawConnection(endpoint: Endpoint, choices: ConnectionChoices = {}): Connection {
  let socket: Socket | undefined
  const reader = rawAnswerReader()
  const limit = choices.limit ?? answerLimit
  let session: Buffer | undefined
  /** What made the connection useless. */
  let spoilt: Answer | undefined

  async function open(): Promise<Socket> {
    const opened = connectSocket(endpoint, choices)
    opened.setNoDelay().setTimeout(choices.patience ?? 15_000, () => opened.destroy(timedOut()))
    opened.on('session', (ticket: Buffer) => {
      session = ticket
    })
    await once(opened, opened instanceof TLSSocket ? 'secureConnect' : 'connect')
    return opened
  }

  function spoil(reason: 'too-long' | 'malformed'): Answer {
    socket?.destroy()
    spoilt = { kind: 'no-answer', reason }
    return spoilt
  }

  async function send(request: WireRequest): Promise<Answer> {
    if (spoilt !== undefined) return spoilt
    let phase: 'tls-handshake' | 'other' = endpoint.url.startsWith('https:') ? 'tls-handshake' : 'other'
    try {
      socket ??= await open()
      phase = 'other'
      socket.write(formatRequest(request, new URL(endpoint.url).host))
      const bodiless = request.method === 'HEAD'
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        reader.append(chunk as Buffer)
        const answer = reader.take(bodiless, false)
        if (answer === 'malformed') return spoil(answer)
        if (answer !== undefined) return { ...answer, tls: tlsOf(socket) }
        if (reader.waiting > limit) return spoil('too-long')
      }
      const rest = reader.take(bodiless, true)
      if (rest === undefined && reader.isEmpty) return { kind: 'no-answer', reason: 'closed' }
      if (rest === undefined || rest === 'malformed') return spoil('malformed')
      return { ...rest, tls: tlsOf(socket) }
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

function tlsOf(socket: Socket): TlsFacts | null {
  return socket instanceof TLSSocket ? tlsFacts(socket) : null
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
