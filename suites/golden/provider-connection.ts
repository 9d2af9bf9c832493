import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createByteStore } from '../client/byte-store.ts'
import { type Placeholders, toBuffer } from './bytes.ts'
import type { ProviderEvent, ProviderScript, RawProviderRequest } from './golden-case.ts'
import { type Body, framingOf, headerValues, readBody, readHead } from './message-reader.ts'

/** A call as it is received. */
export interface ReceivedCall extends Pick<RawProviderRequest, 'line' | 'headers' | 'connection' | 'tls'> {
  body: Body
}

/** What the provider is to answer in one case, and what it has received so far. */
export interface ProviderCase {
  readonly scripts: readonly ProviderScript[]
  readonly values: Placeholders
  readonly calls: ReceivedCall[]
  readonly events: ProviderEvent[]
  /** How many scripts and how many connections there were. */
  used: number
  connections: number
}

/** One connection: reads the requests on it byte for byte and plays the scripts of the case. */
export function serveProviderConnection(
  socket: Socket,
  listener: string,
  current: ProviderCase,
  documentFor: (line: string) => ProviderScript | undefined,
  tlsFacts: () => RawProviderRequest['tls'],
): void {
  const number = current.connections++
  const received = createByteStore()
  let busy = false
  let call: ReceivedCall | undefined
  let seen = false
  let closed = false

  socket.on('error', () => undefined)
  socket.on('close', () => {
    if (!seen) current.events.push({ event: 'connected', listener })
  })
  socket.on('data', (chunk: Buffer) => {
    received.append(chunk)
    advance()
  })
  if (nextScript(current).when === 'connect') void answer(takeScript(current))

  async function answer(script: ProviderScript): Promise<void> {
    busy = true
    await play(script, socket, current.values)
    // Whoever has closed his side on purpose reads no further request, however fast the next one is.
    closed = script.actions.some((action) => 'close' in action)
    busy = false
    socket.resume()
    advance()
  }

  function advance(): void {
    if (busy || closed) return
    const head = readHead(received.bytes)
    if (head === undefined) return
    const framing = framingOf(head.headers, 'request')
    const body = readBody(head.headers, framing, received.bytes.subarray(head.length), false)
    if (call === undefined) {
      seen = true
      const tls = tlsFacts()
      call = { line: head.line, headers: head.headers, body, connection: number, ...(tls === undefined ? {} : { tls }) }
      current.calls.push(call)
      if (headerValues(head.headers, 'expect').some((value) => /^100-continue$/i.test(value))) {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      }
    }
    call.body = body
    const document = documentFor(head.line)
    const early = document === undefined && nextScript(current).when === 'headers'
    if (!body.complete && !early) return
    // The rest of the request is not read before the answer.
    if (!body.complete) socket.pause()
    received.drop(body.complete ? head.length + body.length : received.bytes.length)
    call = undefined
    void answer(document ?? takeScript(current))
  }
}

const unscripted: ProviderScript = {
  actions: [{ send: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nunscripted' }],
}

/** The script of the next call; the last one is for all further calls. */
function nextScript({ scripts, used }: ProviderCase): ProviderScript {
  return scripts[Math.min(used, scripts.length - 1)] ?? unscripted
}

function takeScript(current: ProviderCase): ProviderScript {
  const script = nextScript(current)
  current.used++
  return script
}

async function play(script: ProviderScript, socket: Socket, values: Placeholders): Promise<void> {
  for (const action of script.actions) {
    if (socket.destroyed) return
    if ('send' in action) socket.write(toBuffer(action.send, values))
    else if ('waitMs' in action) await sleep(action.waitMs)
    else if (action.close === 'fin') socket.end()
    else socket.resetAndDestroy()
  }
}
