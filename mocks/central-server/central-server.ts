import { X509Certificate } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import type { Topology } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import type { TrustAnchor } from '../configuration-client/trust-anchor.ts'
import { reachableHost } from '../listener/reachable-host.ts'
import { answerManagementRequest, type EndpointOptions } from '../management-services/answer-management-request.ts'
import type { ManagementDecisions } from '../management-services/management-decisions.ts'
import { findManagementEndpoint } from '../management-services/management-paths.ts'
import { type RegistrationOffice, registrationOffice } from '../management-services/registration-office.ts'
import { certificateOf } from '../pki/identity.ts'
import type { IssuedIdentities } from '../pki/issued-identities.ts'
import type { KeyCache } from '../pki/key-cache.ts'
import { parseCertificatePem } from '../pki/keystore.ts'
import { pemOf } from '../pki/pem.ts'
import { type TrustServices, trustPaths, trustServices } from '../trust-services/trust-services.ts'
import { anchorPaths, answerSourceRequest, type Publishing } from './answer-source-request.ts'
import { managementProvider } from './central-facts.ts'
import { leafOf, makeCentralTlsIdentity } from './central-identities.ts'
import type { CentralRegister } from './central-register.ts'
import type { ConfigurationSource } from './configuration-source.ts'
import type { PublishingDecisions, SourceAnswer, SourceRequest } from './publishing-decisions.ts'
import { sharePort } from './share-port.ts'
import { startPublishing } from './start-publishing.ts'
import { type TrustedAnchors, trustedAnchors } from './trusted-anchors.ts'

export interface CentralServerOptions {
  readonly topology: Topology
  readonly decisions: () => PublishingDecisions
  readonly managementDecisions: () => ManagementDecisions
  /** The release that it is of: it publishes and offers what that has. */
  readonly profile: VersionProfile
  /** Asked for once somebody calls: it may need to know where this server listens. */
  readonly register: () => CentralRegister
  /** Of the instances that this one is federated with at the start. */
  readonly anchors: readonly TrustAnchor[]
  readonly cache: KeyCache
  readonly issued: IssuedIdentities
  readonly onDefect: (error: Error) => void
  readonly now?: () => number
}

/** Its addresses are those of this machine; what it publishes names the address of the topology, if there is one. */
export interface RunningCentralServer {
  readonly httpUrl: string
  readonly httpsUrl: string
  /** Where the anchor of a source is downloaded. */
  readonly anchorUrl: Readonly<Record<ConfigurationSource, string>>
  /** Where the approved services are that the configuration lists. */
  readonly trustUrl: Readonly<Record<keyof typeof trustPaths, string>>
  readonly trust: TrustServices
  readonly office: RegistrationOffice
  /** Anchors of the instances that this one is federated with. */
  readonly federations: TrustedAnchors
  /** Has the authority revoke a certificate, PEM; rejects with a UsageError for one of somebody else. */
  revoke(certificate: string): Promise<void>
  /** Signs with the other of the two keys from now on; anchors and sources list both all the time. */
  rotateSigningKeys(): void
  stop(): Promise<void>
}

/** What is there once the addresses are known. */
interface Services {
  readonly trust: TrustServices
  readonly management: EndpointOptions
  publish(): Promise<Publishing>
}

/** Milliseconds that a handshake may take, and then a request to arrive. */
const requestTimeout = 30_000

/** Milliseconds that a connection may rest; where nobody reads an answer, Node waits twice as long. */
const idleTime = 60_000

/** Starts a central server that publishes a signed global configuration. Its keys are made when it is first asked. */
export async function startCentralServer(options: CentralServerOptions): Promise<RunningCentralServer> {
  const { topology, cache, issued, now = Date.now } = options
  const { listen, address } = topology.centralServer
  const tls = await makeCentralTlsIdentity(address ?? listen.host, cache, new Date(now()))
  const { promise: services, resolve: startServices } = Promise.withResolvers<Services>()
  let publishing: Promise<Publishing> | undefined
  let activeKey = 0
  const federations = trustedAnchors(topology.instance, options.anchors, () => options.register().announce())

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { trust, management, publish } = await services
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2)
    if (trust.serves(path)) return trust.answer(incoming, outgoing)
    const endpoint = 'encrypted' in incoming.socket ? findManagementEndpoint(path) : undefined
    const answered =
      endpoint === undefined
        ? await answerSource({ method: incoming.method ?? 'GET', path, query }, publish)
        : await answerManagementRequest(management, endpoint, incoming)
    if (answered === undefined) return void outgoing.destroy()
    const { status, headers, body } = answered
    outgoing.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
  }
  async function answerSource(request: SourceRequest, publish: Services['publish']): Promise<SourceAnswer> {
    publishing ??= publish()
    return answerSourceRequest(request, await publishing, options.decisions())
  }
  const listener: RequestListener = (incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: Error) => {
      options.onDefect(error)
      outgoing.destroy()
    })
  }
  const cert = tls.chain.map(pemOf).join('')
  const key = pemOf(tls.key)
  const http = createServer({ requestTimeout }, listener)
  const https = createTlsServer({ cert, key, requestTimeout, handshakeTimeout: requestTimeout }, listener)
  for (const server of [http, https]) server.setTimeout(idleTime)
  const closeShared = sharePort(http, https, requestTimeout)
  const httpPort = await listenOn(http, listen.host, listen.http)
  const httpsPort = await listenOn(https, listen.host, listen.https).catch(async (error: Error) => {
    await stopServer(http)
    throw error
  })
  const here = reachableHost(listen.host)
  const published = {
    httpUrl: urlOf('http', address ?? here, httpPort),
    httpsUrl: urlOf('https', address ?? here, httpsPort),
    certificate: leafOf(tls),
  }
  const ocspUrl = published.httpUrl + trustPaths.ocsp
  const trust = trustServices({ issued, ocspUrl, now })

  const provider = managementProvider(topology)
  const office = registrationOffice({
    amendments: () => options.register().amendments(),
    register: (amendments) => options.register().register(amendments),
    provider,
    global: () => options.register().global(),
    approvesByItself: topology.centralServer.approval === 'automatic',
    decisions: options.managementDecisions,
    async firstCertificates(code) {
      const isKnown = topology.servers.some((server) => server.code === code)
      return isKnown ? [leafOf(await issued.authentication(code))] : []
    },
  })
  const management: EndpointOptions = {
    profile: options.profile,
    provider,
    office,
    decisions: options.managementDecisions,
    authority: async () => (await trust.authority()).certificate,
    responders: async () => [certificateOf(await issued.ocspResponder())],
    now,
  }

  startServices({
    trust,
    management,
    publish: () =>
      startPublishing({
        ...options,
        release: options.profile.quirks.globalConfiguration,
        global: () => options.register().global(),
        anchors: federations.all,
        listeners: published,
        activeKey: () => activeKey,
        now,
      }),
  })

  const httpUrl = urlOf('http', here, httpPort)
  return {
    httpUrl,
    httpsUrl: urlOf('https', here, httpsPort),
    anchorUrl: { internal: httpUrl + anchorPaths.internal, external: httpUrl + anchorPaths.external },
    trustUrl: {
      ocsp: httpUrl + trustPaths.ocsp,
      timeStamping: httpUrl + trustPaths.timeStamping,
      issuing: httpUrl + trustPaths.issuing,
      certificate: httpUrl + trustPaths.certificate,
    },
    trust,
    office,
    federations,
    async revoke(certificate) {
      const { der } = parseCertificatePem(certificate, 'the certificate')
      const authority = await trust.authority()
      authority.revoke(new X509Certificate(der))
    },
    rotateSigningKeys() {
      activeKey = 1 - activeKey
    },
    async stop() {
      closeShared()
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
