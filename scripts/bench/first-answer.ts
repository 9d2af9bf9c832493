import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { HotPath } from './hot-path.ts'
import { WrongAnswer } from './wrong-answer.ts'

/** PEM of a caller's certificate and key, and of the server certificate that it trusts. */
export interface CallerCredential {
  readonly certificate: string
  readonly key: string
  readonly trust: string
}

/** Version and cipher suite of a connection, as options of node:tls name them. */
export interface NegotiatedTls {
  readonly version: 'TLSv1.2' | 'TLSv1.3'
  readonly cipher: string
}

export interface RecordedAnswer {
  readonly status: number
  /** Names and values by turns, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body: string
}

/** Calls a server once over mutual TLS on a connection of its own; throws a WrongAnswer unless the status is 200. */
export function firstAnswer(
  url: string,
  path: HotPath,
  { certificate, key, trust }: CallerCredential,
): Promise<{ readonly answer: RecordedAnswer; readonly tls: NegotiatedTls }> {
  const { method, headers, target, body } = path
  // With keep-alive, as the load has it: otherwise the answer would say that the connection closes.
  const agent = new Agent({ cert: certificate, key, ca: trust, keepAlive: true })
  return new Promise((resolve, reject) => {
    const call = request(new URL(target, url), { method, headers, agent }, (response) => {
      const tls = negotiated(response.socket as TLSSocket)
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.once('error', reject)
      response.once('end', () => {
        agent.destroy()
        const { statusCode: status = 0, rawHeaders } = response
        if (status === 200) resolve({ answer: { status, rawHeaders, body: text }, tls })
        else reject(new WrongAnswer(`${path.title}: the first answer has status ${status}: ${text.slice(0, 300)}`))
      })
    })
    call.once('error', reject)
    call.end(body)
  })
}

function negotiated(socket: TLSSocket): NegotiatedTls {
  return { version: socket.getProtocol() as NegotiatedTls['version'], cipher: socket.getCipher().name }
}
