import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Topology } from '../../fixtures/topology.ts'
import { urlHost } from '../../fixtures/url-host.ts'
import { listenOn } from '../listener/listen-on.ts'
import { reachableHost } from '../listener/reachable-host.ts'
import type { ManagementEndpoint } from '../management-services/management-paths.ts'
import type { Identity } from '../pki/identity.ts'
import { pemOf } from '../pki/pem.ts'
import { sharePort } from './share-port.ts'

/** Who is asked: the configuration source with the trust services, or one of the management services. */
export type CentralPart = 'source' | ManagementEndpoint

/** Origins of the listeners of a central server. */
export interface CentralUrls {
  readonly httpUrl: string
  readonly httpsUrl: string
  readonly registrationUrl: string
  readonly managementUrl: string
}

export interface CentralListenersOptions {
  readonly centralServer: Topology['centralServer']
  /** What all of them present over TLS. */
  readonly tls: Identity
  answer(part: CentralPart, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>
  onDefect(error: Error): void
}

export interface RunningListeners {
  /** On this machine. */
  readonly here: CentralUrls
  /** At the address of the topology, if there is one. */
  readonly published: CentralUrls
  stop(): Promise<void>
}

/** Milliseconds that a handshake may take, and then a request to arrive. */
const requestTimeout = 30_000

/** Milliseconds that a connection may rest; where nobody reads an answer, Node waits twice as long. */
const idleTime = 60_000

/** What the web server in front of the management services speaks: whoever calls chooses among these. */
const managementTls = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
  honorCipherOrder: false,
} as const

/** Listens for everybody who asks a central server; rejects with a UsageError for a port that is taken. */
export async function startCentralListeners(options: CentralListenersOptions): Promise<RunningListeners> {
  const { listen, address } = options.centralServer
  const cert = options.tls.chain.map(pemOf).join('')
  const tls = { cert, key: pemOf(options.tls.key), requestTimeout, handshakeTimeout: requestTimeout }
  const asking = (part: CentralPart): RequestListener => {
    return (incoming, outgoing) => {
      options.answer(part, incoming, outgoing).catch((error: Error) => {
        options.onDefect(error)
        outgoing.destroy()
      })
    }
  }
  const http = createServer({ requestTimeout }, asking('source'))
  const https = createTlsServer(tls, asking('source'))
  const registration = createTlsServer({ ...tls, ...managementTls }, asking('registration'))
  const management = createTlsServer({ ...tls, ...managementTls }, asking('management'))
  const servers = [http, https, registration, management]
  for (const server of servers) server.setTimeout(idleTime)
  const closeShared = sharePort(http, https, requestTimeout)
  const stop = async () => {
    closeShared()
    await Promise.all(servers.map(stopServer))
  }
  const place = { host: listen.host, purpose: 'the central server', writtenIn: 'in centralServer of the topology' }
  const listening = await Promise.allSettled([
    listenOn(http, { ...place, port: listen.http }),
    listenOn(https, { ...place, port: listen.https }),
    listenOn(registration, { ...place, port: listen.registration }),
    listenOn(management, { ...place, port: listen.management }),
  ])
  const failed = listening.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  const here = reachableHost(listen.host)
  return { here: urlsAt(here, servers), published: urlsAt(address ?? here, servers), stop }
}

/** What topologies call them. */
export function centralAddresses({ httpsUrl, managementUrl }: Pick<CentralUrls, 'httpsUrl' | 'managementUrl'>) {
  return { 'central-server.https': httpsUrl, 'central-server.management': managementUrl }
}

function urlsAt(host: string, servers: readonly Server[]): CentralUrls {
  const [http = 0, https = 0, registration = 0, management = 0] = servers.map(
    (server) => (server.address() as AddressInfo).port,
  )
  return {
    httpUrl: urlOf('http', host, http),
    httpsUrl: urlOf('https', host, https),
    registrationUrl: urlOf('https', host, registration),
    managementUrl: urlOf('https', host, management),
  }
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function urlOf(scheme: 'http' | 'https', host: string, port: number): string {
  return new URL(`${scheme}://${urlHost(host)}:${port}`).origin
}
