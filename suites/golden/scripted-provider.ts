import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createPlainServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket, Server as TlsServer } from 'node:tls'
import { createServer as createTlsServer } from 'node:tls'
import type { Placeholders } from './bytes.ts'
import type { ProviderEvent, ProviderScript, RawProviderRequest } from './golden-case.ts'
import { type ProviderCase, serveProviderConnection } from './provider-connection.ts'
import { holdRefusingPort } from './refusing-port.ts'

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

const graceMs = 250

/** Starts the listeners of the provider on free ports. `documents` are served under `/docs/`, by file name. */
export async function startScriptedProvider(documents: ReadonlyMap<string, Buffer>): Promise<ScriptedProvider> {
  let current = startCase([], {})
  let nameOf: (der: Buffer) => string | null = () => null
  const open = new Set<Socket>()

  function serve(socket: Socket, listener: string, tlsFacts: () => RawProviderRequest['tls']): void {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    serveProviderConnection(socket, listener, current, (line) => documentOf(line, documents), tlsFacts)
  }

  function createSecureServer(listener: string, minVersion: 'TLSv1.2' | 'TLSv1.3'): TlsServer {
    const options = { requestCert: true, rejectUnauthorized: false, maxVersion: 'TLSv1.3', noDelay: true } as const
    return createTlsServer({ ...options, minVersion })
      .on('secureConnection', (socket: TLSSocket) => {
        serve(socket, listener, () => {
          const certificate = socket.getPeerCertificate()?.raw as Buffer | undefined
          return { listener, clientCertificate: certificate === undefined ? null : (nameOf(certificate) ?? 'unknown') }
        })
      })
      .on('tlsClientError', ({ code }: NodeJS.ErrnoException) => {
        current.events.push({ event: 'tls-error', listener, ...(code === undefined ? {} : { code }) })
      })
  }

  const plain = createPlainServer({ noDelay: true }, (socket) => serve(socket, 'http', () => undefined))
  const https = createSecureServer('https', 'TLSv1.2')
  const https13 = createSecureServer('https13', 'TLSv1.3')
  const servers: Server[] = [plain, https, https13]
  const [httpPort = 0, httpsPort = 0, https13Port = 0] = await Promise.all(servers.map(listen))
  const refusing = await holdRefusingPort()

  return {
    addresses: {
      'provider.http': `http://127.0.0.1:${httpPort}`,
      'provider.https': `https://127.0.0.1:${httpsPort}`,
      'provider.https13': `https://127.0.0.1:${https13Port}`,
      'provider.refused': `http://127.0.0.1:${refusing.port}`,
      'provider.tlsToPlain': `https://127.0.0.1:${httpPort}`,
      'provider.plainToTls': `http://127.0.0.1:${httpsPort}`,
    },
    useCertificate(pem, name) {
      const credential = { cert: pem.certificate, key: pem.key, maxVersion: 'TLSv1.3' } as const
      https.setSecureContext({ ...credential, minVersion: 'TLSv1.2' })
      https13.setSecureContext({ ...credential, minVersion: 'TLSv1.3' })
      nameOf = name
    },
    expect(scripts, values) {
      current = startCase(scripts, values)
    },
    async collect(linger) {
      const deadline = Date.now() + graceMs
      while ((linger || open.size > 0) && Date.now() < deadline) await sleep(5)
      for (const socket of open) socket.destroy()
      // The other side has to notice before the next case, or it calls on a dead connection.
      while (open.size > 0) await sleep(2)
      return { requests: current.calls.map(describeCall), events: current.events }
    },
    async stop() {
      for (const socket of open) socket.destroy()
      refusing.release()
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

function startCase(scripts: readonly ProviderScript[], values: Placeholders): ProviderCase {
  return { scripts, values, calls: [], events: [], used: 0, connections: 0 }
}

function describeCall({ body, ...call }: ProviderCase['calls'][number]): RawProviderRequest {
  return {
    ...call,
    framing: body.framing,
    body: body.bytes,
    complete: body.complete,
    ...(body.trailers.length > 0 ? { trailers: body.trailers } : {}),
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
