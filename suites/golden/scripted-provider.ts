import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createPlainServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket, Server as TlsServer } from 'node:tls'
import { createServer as createTlsServer } from 'node:tls'
import { createByteStore } from './byte-store.ts'
import { type Placeholders, toBuffer } from './bytes.ts'
import type { ProviderEvent, ProviderScript, RawProviderRequest } from './golden-case.ts'
import { type Body, framingOf, headerValues, readBody, readHead } from './message-reader.ts'

export interface ScriptedProvider {
  /** Base URLs by the names of the placeholders, `provider.http` and so on. */
  readonly addresses: Readonly<Record<string, string>>
  /** What the TLS listeners present, and how a client certificate (DER) is called. */
  useCertificate(
    pem: { readonly certificate: string; readonly key: string },
    nameOf: (der: Buffer) => string | null,
  ): void
  /** Starts a case: forgets what was received, and answers with these scripts. */
  expect(scripts: readonly ProviderScript[], values: Placeholders): void
  /**
   * Ends a case: connections left open have 250 ms, then they are dropped. With `linger` that time is given in any case,
   * because a call may still be on its way. Returns what was received.
   */
  collect(
    linger: boolean,
  ): Promise<{ readonly requests: readonly RawProviderRequest[]; readonly events: readonly ProviderEvent[] }>
  stop(): Promise<void>
}

/** A call that is being received. */
interface Call extends Pick<RawProviderRequest, 'line' | 'headers' | 'connection' | 'tls'> {
  body: Body
}

const unscripted: ProviderScript = {
  actions: [{ send: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nunscripted' }],
}

const graceMs = 250

/** Starts the listeners of the provider on free ports. `documents` are served under `/docs/`, by file name. */
export async function startScriptedProvider(documents: ReadonlyMap<string, Buffer>): Promise<ScriptedProvider> {
  let scripts: readonly ProviderScript[] = []
  let values: Placeholders = {}
  let calls: Call[] = []
  let events: ProviderEvent[] = []
  let used = 0
  let connections = 0
  let nameOf: (der: Buffer) => string | null = () => null
  const open = new Set<Socket>()

  const nextScript = (): ProviderScript => scripts[Math.min(used, scripts.length - 1)] ?? unscripted

  async function play(script: ProviderScript, socket: Socket): Promise<void> {
    for (const action of script.actions) {
      if (socket.destroyed) return
      if ('send' in action) socket.write(toBuffer(action.send, values))
      else if ('waitMs' in action) await sleep(action.waitMs)
      else if (action.close === 'fin') socket.end()
      else socket.resetAndDestroy()
    }
  }

  function serve(socket: Socket, listener: string): void {
    const number = connections++
    const ownEvents = events
    const received = createByteStore()
    let busy = false
    let call: Call | undefined
    let seen = false
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      open.delete(socket)
      if (!seen) ownEvents.push({ event: 'connected', listener })
    })
    const connected = nextScript()
    if (connected.when === 'connect') {
      used++
      busy = true
      void play(connected, socket)
    }
    const tls = () => {
      if (listener === 'http') return undefined
      const certificate = (socket as TLSSocket).getPeerCertificate()?.raw as Buffer | undefined
      return { listener, clientCertificate: certificate === undefined ? null : (nameOf(certificate) ?? 'unknown') }
    }
    const answer = async (script: ProviderScript) => {
      busy = true
      await play(script, socket)
      call = undefined
      busy = false
      socket.resume()
      advance()
    }
    function advance(): void {
      if (busy) return
      const head = readHead(received.bytes)
      if (head === undefined) return
      seen = true
      const framing = framingOf(head.headers, 'request')
      const body = readBody(head.headers, framing, received.bytes.subarray(head.length), false)
      if (call === undefined) {
        const facts = tls()
        call = {
          line: head.line,
          headers: head.headers,
          body,
          connection: number,
          ...(facts === undefined ? {} : { tls: facts }),
        }
        calls.push(call)
        if (headerValues(head.headers, 'expect').some((value) => /^100-continue$/i.test(value))) {
          socket.write('HTTP/1.1 100 Continue\r\n\r\n')
        }
      }
      call.body = body
      const document = documentOf(head.line, documents)
      const early = document === undefined && nextScript().when === 'headers'
      if (!body.complete && !early) return
      if (early && !body.complete) socket.pause()
      received.drop(head.length + body.length)
      if (document !== undefined) return void answer(document)
      const script = nextScript()
      used++
      void answer(script)
    }
    socket.on('data', (chunk: Buffer) => {
      received.append(chunk)
      advance()
    })
  }

  const plain = createPlainServer({ noDelay: true }, (socket) => serve(socket, 'http'))
  const secure = (listener: string, minVersion: 'TLSv1.2' | 'TLSv1.3'): TlsServer =>
    createTlsServer({ requestCert: true, rejectUnauthorized: false, minVersion, maxVersion: 'TLSv1.3', noDelay: true })
      .on('secureConnection', (socket) => serve(socket, listener))
      .on('tlsClientError', (error: NodeJS.ErrnoException) => {
        events.push({ event: 'tls-error', listener, ...(error.code === undefined ? {} : { code: error.code }) })
      })
  const https = secure('https', 'TLSv1.2')
  const https13 = secure('https13', 'TLSv1.3')
  const servers: Server[] = [plain, https, https13]
  const [httpPort = 0, httpsPort = 0, https13Port = 0] = await Promise.all(servers.map(listen))
  const refusedPort = await unusedPort()

  return {
    addresses: {
      'provider.http': `http://127.0.0.1:${httpPort}`,
      'provider.https': `https://127.0.0.1:${httpsPort}`,
      'provider.https13': `https://127.0.0.1:${https13Port}`,
      'provider.refused': `http://127.0.0.1:${refusedPort}`,
      'provider.tlsToPlain': `https://127.0.0.1:${httpPort}`,
      'provider.plainToTls': `http://127.0.0.1:${httpsPort}`,
    },
    useCertificate(pem, name) {
      for (const server of [https, https13]) server.setSecureContext({ cert: pem.certificate, key: pem.key })
      nameOf = name
    },
    expect(next, placeholders) {
      scripts = next
      values = placeholders
      calls = []
      events = []
      used = 0
      connections = 0
    },
    async collect(linger) {
      const deadline = Date.now() + graceMs
      while ((linger || open.size > 0) && Date.now() < deadline) await sleep(5)
      for (const socket of open) socket.destroy()
      // The other side has to notice before the next case, or it calls on a dead connection.
      while (open.size > 0) await sleep(2)
      return {
        requests: calls.map(({ body, ...call }) => ({
          ...call,
          framing: body.framing,
          body: body.bytes,
          complete: body.complete,
          ...(body.trailers.length > 0 ? { trailers: body.trailers } : {}),
        })),
        events,
      }
    },
    async stop() {
      for (const socket of open) socket.destroy()
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

const mediaTypes: Readonly<Record<string, string>> = {
  wsdl: 'text/xml',
  xml: 'text/xml',
  yaml: 'application/yaml',
  json: 'application/json',
}

function documentOf(line: string, documents: ReadonlyMap<string, Buffer>): ProviderScript | undefined {
  const name = /^GET \/docs\/(\S+) /.exec(line)?.[1]
  if (name === undefined) return undefined
  const content = documents.get(name)
  const body = content ?? Buffer.from('Not Found')
  const status = content === undefined ? '404 Not Found' : '200 OK'
  const type = content === undefined ? 'text/plain' : (mediaTypes[name.split('.').at(-1) ?? ''] ?? 'text/plain')
  const head = `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`
  return { actions: [{ send: [head, { base64: body.toString('base64') }] }, { close: 'fin' }] }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

async function unusedPort(): Promise<number> {
  const server = createPlainServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
