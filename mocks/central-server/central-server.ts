import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import type { Topology } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { reachableHost } from '../listener/reachable-host.ts'
import type { KeyCache } from '../pki/key-cache.ts'
import type { GlobalConfiguration } from '../security-server/global-configuration.ts'
import { anchorPaths, answerSourceRequest, type Publishing } from './answer-source-request.ts'
import { leafOf, makeCentralTlsIdentity } from './central-identities.ts'
import type { ConfigurationSource } from './configuration-version.ts'
import type { PublishingDecisions } from './publishing-decisions.ts'
import { startPublishing } from './start-publishing.ts'

export interface CentralServerOptions {
  readonly topology: Topology
  readonly global: () => GlobalConfiguration
  readonly decisions: () => PublishingDecisions
  readonly cache: KeyCache
  readonly onDefect: (error: Error) => void
  readonly now?: () => number
}

/** Its addresses are those of this machine; what it publishes names the address of the topology, if there is one. */
export interface RunningCentralServer {
  readonly httpUrl: string
  readonly httpsUrl: string
  /** Where the anchor of a source is downloaded. */
  readonly anchorUrl: Readonly<Record<ConfigurationSource, string>>
  /** Signs with the other of the two keys from now on; anchors and sources list both all the time. */
  rotateSigningKeys(): void
  stop(): Promise<void>
}

/** Milliseconds that a request may take to arrive. */
const requestTimeout = 30_000

/** Starts a central server that publishes a signed global configuration. Its keys are made when it is first asked. */
export async function startCentralServer(options: CentralServerOptions): Promise<RunningCentralServer> {
  const { topology, cache, now = Date.now } = options
  const { listen, address } = topology.centralServer
  const tls = await makeCentralTlsIdentity(address ?? listen.host, cache, new Date(now()))
  let publishing: Promise<Publishing> | undefined
  let activeKey = 0

  const listener: RequestListener = (incoming, outgoing) => {
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2)
    const request = { method: incoming.method ?? 'GET', path, query }
    publishing ??= publish()
    publishing
      .then((started) => {
        const { status, headers, body } = answerSourceRequest(request, started, options.decisions())
        outgoing.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
      })
      .catch((error: Error) => {
        options.onDefect(error)
        outgoing.destroy()
      })
  }
  const cert = tls.chain.map((certificate) => certificate.toString()).join('')
  const key = tls.key.export({ type: 'pkcs8', format: 'pem' })
  const http = createServer({ requestTimeout }, listener)
  const https = createTlsServer({ cert, key, requestTimeout }, listener)
  const httpPort = await listenOn(http, listen.host, listen.http)
  const httpsPort = await listenOn(https, listen.host, listen.https).catch(async (error: Error) => {
    await stopServer(http)
    throw error
  })
  const here = reachableHost(listen.host)

  function publish(): Promise<Publishing> {
    const host = address ?? here
    const listeners = {
      httpUrl: urlOf('http', host, httpPort),
      httpsUrl: urlOf('https', host, httpsPort),
      certificate: leafOf(tls),
    }
    return startPublishing({ ...options, listeners, activeKey: () => activeKey, now })
  }

  const httpUrl = urlOf('http', here, httpPort)
  return {
    httpUrl,
    httpsUrl: urlOf('https', here, httpsPort),
    anchorUrl: { internal: httpUrl + anchorPaths.internal, external: httpUrl + anchorPaths.external },
    rotateSigningKeys() {
      activeKey = 1 - activeKey
    },
    async stop() {
      await Promise.all([stopServer(http), stopServer(https)])
    },
  }
}

async function listenOn(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (error: NodeJS.ErrnoException) => {
    const remedy = 'stop what listens there, or write another address in centralServer of the topology'
    reject(new UsageError(`the central server cannot use ${host}:${port} (${error.code}); ${remedy}`))
  })
  server.listen({ host, port }, resolve)
  await promise
  return (server.address() as AddressInfo).port
}

function stopServer(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function urlOf(scheme: 'http' | 'https', host: string, port: number): string {
  return new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`).origin
}
