import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import type { Topology } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { openKeyCache } from '../pki/key-cache.ts'
import type { GlobalConfiguration } from '../security-server/global-configuration.ts'
import { anchorPaths, answerSourceRequest, type Publishing } from './answer-source-request.ts'
import { fixedFacts } from './central-facts.ts'
import { leafOf, makeCentralIdentities, makeCentralTlsIdentity } from './central-identities.ts'
import { configurationAnchor } from './configuration-anchor.ts'
import { configurationPublisher } from './configuration-publisher.ts'
import type { ConfigurationSource } from './configuration-version.ts'
import type { PublishedFacts } from './published-facts.ts'
import type { PublishingDecisions } from './publishing-decisions.ts'

export interface CentralServerOptions {
  readonly topology: Topology
  readonly global: () => GlobalConfiguration
  readonly decisions: () => PublishingDecisions
  /** Folder where keys are kept from run to run; none by default. */
  readonly keyCache?: string
  readonly onDefect: (error: Error) => void
  readonly now?: () => number
}

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
  const { topology, now = Date.now } = options
  const { listen, address } = topology.centralServer
  const cache = await openKeyCache(options.keyCache)
  const tls = await makeCentralTlsIdentity(address ?? listen.host, cache, new Date(now()))
  const certificates = tls.chain.map((certificate) => certificate.toString()).join('')
  let publishing: Promise<Publishing> | undefined
  let activeKey = 0

  const listener: RequestListener = (incoming, outgoing) => {
    publishing ??= startPublishing()
    publishing
      .then((started) => {
        const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2)
        const request = { method: incoming.method ?? 'GET', path, query }
        const { status, headers, body } = answerSourceRequest(request, started, options.decisions())
        outgoing.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
      })
      .catch((error: Error) => {
        options.onDefect(error)
        outgoing.destroy()
      })
  }
  const http = createServer({ requestTimeout }, listener)
  const key = tls.key.export({ type: 'pkcs8', format: 'pem' })
  const https = createTlsServer({ cert: certificates, key, requestTimeout }, listener)
  const stop = async () => void (await Promise.all([http, https].map(stopServer)))
  const ports = await Promise.all([
    listenOn(http, listen.host, listen.http),
    listenOn(https, listen.host, listen.https),
  ])
    // One of them may listen already.
    .catch(async (error: Error) => {
      await stop()
      throw error
    })
  const host = address ?? listen.host
  const [httpUrl, httpsUrl] = [urlOf('http', host, ports[0]), urlOf('https', host, ports[1])]

  async function startPublishing(): Promise<Publishing> {
    const identities = await makeCentralIdentities(topology, cache, new Date(now()))
    const fixed = fixedFacts(topology, identities, { httpUrl, httpsUrl, certificate: leafOf(tls) })
    let facts: PublishedFacts | undefined
    const currentFacts = () => {
      const global = options.global()
      if (facts?.global !== global) facts = { ...fixed, global }
      return facts
    }
    const state = () => ({ facts: currentFacts(), decisions: options.decisions(), activeKey })
    // Administrators compare anchors by hash: every download is the same.
    const generatedAt = new Date(now())
    return {
      publisher: configurationPublisher(identities, state, now),
      anchor: (source) =>
        configurationAnchor({
          instance: topology.instance,
          generatedAt,
          downloadUrls: [`${httpUrl}/${source}conf`, `${httpsUrl}/${source}conf`],
          certificates: identities.signing[source].map(leafOf),
        }),
    }
  }

  return {
    httpUrl,
    httpsUrl,
    anchorUrl: { internal: httpUrl + anchorPaths.internal, external: httpUrl + anchorPaths.external },
    rotateSigningKeys() {
      activeKey = 1 - activeKey
    },
    stop,
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
