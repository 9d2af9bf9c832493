import { connect } from 'node:net'
import { MalformedMessage } from '../../fixtures/tls/byte-reader.ts'
import type { Unanswered } from './greeting.ts'
import type { TlsEndpoint } from './tls-endpoint.ts'

export interface ExchangeOptions<Answer> {
  readonly say: Buffer
  /** Called with every piece that arrives, until it gives an answer. May throw a MalformedMessage. */
  readonly hear: (chunk: Buffer) => Answer | undefined
  /** The answer to a connection that ends before another. */
  readonly ended: Answer
  /** Milliseconds that connecting, saying and hearing may take together. */
  readonly timeout: number
}

const quotedBytes = 60

/** Connects, says some bytes, and hears until there is an answer. Never rejects for what a peer does. */
export function exchangeBytes<Answer>(
  { host, port }: TlsEndpoint,
  { say, hear, ended, timeout }: ExchangeOptions<Answer>,
): Promise<Answer | Unanswered> {
  return new Promise((resolve, reject) => {
    let beginning: Buffer = Buffer.alloc(0)
    let heard = 0
    let connected = false
    const socket = connect({ host, port, noDelay: true })
    const settle = (answer: Answer | Unanswered) => {
      clearTimeout(timer)
      resolve(answer)
      socket.destroy()
    }
    const unanswered = (reason: Unanswered['reason'], detail: string) => settle({ kind: 'unanswered', reason, detail })
    const timer = setTimeout(() => {
      if (!connected) unanswered('unreachable', 'ETIMEDOUT')
      else if (heard === 0) unanswered('silent', '')
      else unanswered('slow', heard === 1 ? '1 byte' : `${heard} bytes`)
    }, timeout)
    socket.once('connect', () => {
      connected = true
      socket.write(say)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A peer that resets at once may do so before the connection has been reported as made.
      if (connected || error.code === 'ECONNRESET') settle(ended)
      else unanswered(isUnresolved(error) ? 'unresolved' : 'unreachable', error.code ?? error.message)
    })
    // Also when the peer shuts its side only: it will say nothing more.
    socket.once('end', () => settle(ended)).once('close', () => settle(ended))
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.length
      if (beginning.length < quotedBytes) beginning = Buffer.concat([beginning, chunk.subarray(0, quotedBytes)])
      try {
        const answer = hear(chunk)
        if (answer !== undefined) settle(answer)
      } catch (error) {
        if (error instanceof MalformedMessage) unanswered(isHttp(beginning) ? 'http' : 'garbage', quote(beginning))
        else {
          clearTimeout(timer)
          socket.destroy()
          reject(error)
        }
      }
    })
  })
}

function isUnresolved({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NONAME' || code === 'EAI_FAIL'
}

/** The beginning of what a peer said: its first line if that can be printed, else its bytes in hexadecimal. */
function quote(bytes: Buffer): string {
  const beginning = bytes.subarray(0, quotedBytes)
  const [line = ''] = beginning.toString('latin1').split(/\r?\n/)
  if (/^[\x20-\x7e]+$/.test(line)) return `"${line}"`
  return beginning.subarray(0, 16).toString('hex')
}

/** An HTTP server that does not understand a ClientHello answers with a status line, or with a page alone. */
function isHttp(bytes: Buffer): boolean {
  return /^(HTTP\/|<!doctype html|<html)/i.test(bytes.toString('latin1'))
}
