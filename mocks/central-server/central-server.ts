import { X509Certificate } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Topology } from '../../fixtures/topology.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import type { TrustAnchor } from '../configuration-client/trust-anchor.ts'
import { answerManagementRequest, type EndpointOptions } from '../management-services/answer-management-request.ts'
import type { ManagementDecisions } from '../management-services/management-decisions.ts'
import { type RegistrationOffice, registrationOffice } from '../management-services/registration-office.ts'
import { certificateOf, type Identity } from '../pki/identity.ts'
import type { IssuedIdentities } from '../pki/issued-identities.ts'
import type { KeyCache } from '../pki/key-cache.ts'
import { parseCertificatePem } from '../pki/keystore.ts'
import { type TrustServices, trustPaths, trustServices } from '../trust-services/trust-services.ts'
import { anchorPaths, answerSourceRequest, type Publishing } from './answer-source-request.ts'
import { managementProvider } from './central-facts.ts'
import { leafOf } from './central-identities.ts'
import { type CentralPart, type CentralUrls, startCentralListeners } from './central-listeners.ts'
import type { CentralRegister } from './central-register.ts'
import type { ConfigurationSource } from './configuration-source.ts'
import type { PublishingDecisions, SourceAnswer, SourceRequest } from './publishing-decisions.ts'
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
  /** What it presents over TLS (`makeCentralTlsIdentity`). */
  readonly tls: Identity
  readonly cache: KeyCache
  readonly issued: IssuedIdentities
  readonly onDefect: (error: Error) => void
  readonly now?: () => number
}

/** Its addresses are those of this machine; what it publishes names the address of the topology, if there is one. */
export interface RunningCentralServer extends CentralUrls {
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

/** Starts a central server that publishes a signed global configuration. The keys that it signs with are made when it is first asked. */
export async function startCentralServer(options: CentralServerOptions): Promise<RunningCentralServer> {
  const { topology, tls, issued, onDefect, now = Date.now } = options
  const { promise: services, resolve: startServices } = Promise.withResolvers<Services>()
  let publishing: Promise<Publishing> | undefined
  let activeKey = 0
  const federations = trustedAnchors(topology.instance, options.anchors, () => options.register().announce())

  async function answer(part: CentralPart, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { trust, management, publish } = await services
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2)
    if (part === 'source' && trust.serves(path)) return trust.answer(incoming, outgoing)
    const answered =
      part === 'source'
        ? await answerSource({ method: incoming.method ?? 'GET', path, query }, publish)
        : await answerManagementRequest(management, part, incoming)
    if (answered === undefined) return void outgoing.destroy()
    const { status, headers, body } = answered
    outgoing.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
  }
  async function answerSource(request: SourceRequest, publish: Services['publish']): Promise<SourceAnswer> {
    publishing ??= publish().catch((error: unknown) => {
      publishing = undefined
      throw error
    })
    return answerSourceRequest(request, await publishing, options.decisions())
  }
  const listeners = await startCentralListeners({ centralServer: topology.centralServer, tls, answer, onDefect })
  const { here, published } = listeners
  const ocspUrl = published.httpUrl + trustPaths.ocsp
  const trust = trustServices({ issued, ocspUrl, now })

  const provider = managementProvider(topology)
  const office = registrationOffice({
    amendments: () => options.register().amendments(),
    register: (amendments) => options.register().register(amendments),
    provider,
    global: () => options.register().global(),
    approval: topology.centralServer.approval,
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
        listeners: { ...published, certificate: leafOf(tls) },
        activeKey: () => activeKey,
        now,
      }),
  })

  const { httpUrl } = here
  return {
    ...here,
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
    stop: listeners.stop,
  }
}
