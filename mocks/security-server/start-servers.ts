import { createHash, randomUUID } from 'node:crypto'
import type { ServerId } from '../../fixtures/identifiers.ts'
import type { Topology, TopologyServer } from '../../fixtures/topology.ts'
import { connectionPool } from '../http/connection-pool.ts'
import { reachableHost } from '../listener/reachable-host.ts'
import type { PresentableCredential } from '../pki/keystore.ts'
import { hopNotes } from '../transport/hop-notes.ts'
import { peerCallTls } from '../transport/peer-tls.ts'
import { transportPeers } from '../transport/transport-peers.ts'
import { callItself } from './call-itself.ts'
import { findServer, type GlobalConfiguration, type GlobalServer, serverIdOf } from './global-configuration.ts'
import { locatedPeer } from './located-peer.ts'
import type { Peers } from './message-context.ts'
import { type RunningSecurityServer, type SecurityServerOptions, startSecurityServer } from './security-server.ts'
import type { ServerConfiguration } from './server-configuration.ts'
import type { ServerRegistry } from './server-registry.ts'
import type { PeerCertificate } from './verify-peer.ts'
import { withRegistration } from './with-registration.ts'

export interface ServersOptions
  extends Pick<
    SecurityServerOptions,
    'profile' | 'log' | 'provided' | 'connections' | 'decisions' | 'conduct' | 'onDefect'
  > {
  readonly topology: Topology
  readonly registry: ServerRegistry
  /** What the server of that code knows of others now. */
  global(code: string): GlobalConfiguration
  /** Where a server of another instance is reached, `https://host:port`, unless that is where it is published. */
  locatePeer?(server: ServerId): string | undefined
  /** Those that run in this process. */
  readonly codes: readonly string[]
  /** What the server of that code goes by when a message arrives. */
  configuration(code: string): ServerConfiguration
  /** By which others know the server of that code. */
  authentication(code: string): PresentableCredential
  readonly overNetworkToItself: boolean
}

/** Milliseconds that a connection between servers may rest: less than the one at its other end lets it be idle. */
const restTime = 10_000

/** Where a security server listens for others unless it is known to listen elsewhere. */
const peerPort = 5500

/**
 * Starts every security server of a topology that runs, each reaching the others over the network; the result is by
 * server code. What stops one stands among `stops` as soon as it has started.
 */
export async function startServers(
  options: ServersOptions,
  stops: (() => Promise<void>)[],
): Promise<ReadonlyMap<string, RunningSecurityServer>> {
  const { topology, registry, global, codes, configuration, authentication, overNetworkToItself, ...shared } = options
  const running = new Map<string, RunningSecurityServer>()
  const notes = hopNotes()
  const find = (code: string): TopologyServer => {
    const server = topology.servers.find((one) => one.code === code)
    if (server === undefined) throw new Error(`no server ${code} in the topology`)
    return server
  }
  // A server of another instance may have the same code.
  const isOwn = ({ owner }: ServerId) => owner.instance === topology.instance
  // Published addresses are names of another network: servers of this process are reached where they listen, as long as
  // they are published where they were.
  const place = ({ id, code, address, peerPort: port = peerPort }: GlobalServer) => {
    if (!isOwn(id)) {
      const located = options.locatePeer?.(id)
      return located === undefined ? { host: address, port } : locatedPeer(id, located)
    }
    const started = running.get(code)
    const server = topology.servers.find((one) => one.code === code)
    if (started === undefined || server === undefined || address !== (server.address ?? code)) {
      return { host: address, port }
    }
    return { host: reachableHost(server.listen.host), port: started.peerPort }
  }
  for (const code of codes) {
    const pool = connectionPool(restTime)
    const credential = authentication(code)
    const own = ownCertificate(code, credential)
    const id = serverIdOf(find(code))
    const tls = peerCallTls(shared.profile.peerTls, credential)
    const hop = transportPeers(
      {
        pool,
        place,
        userAgent: shared.profile.userAgent,
        tls,
        verify: (provider, peer) => shared.decisions().verifyPeer(provider, peer, global(code), randomUUID),
      },
      notes,
    )
    const self = () => {
      const started = running.get(code)
      if (started === undefined) throw new Error(`${code} has called itself before it was started`)
      return started
    }
    const peers: Peers = {
      ...(overNetworkToItself ? hop : callItself(({ id }) => id.serverCode === code && isOwn(id), hop, self, own)),
      // What a server has configured that is none of this environment, nobody knows.
      serviceExists: (server, { provider, serviceCode, serviceVersion }) =>
        !isOwn(server.id) ||
        topology.servers.every((one) => one.code !== server.code) ||
        registry.configuration(server.code).client(provider)?.service(serviceCode, serviceVersion) !== undefined,
    }
    const started = await startSecurityServer({
      ...shared,
      id,
      listen: find(code).listen,
      peers,
      notes,
      authentication: credential,
      configuration: () => withRegistration(configuration(code), findServer(global(code), id), own),
      global: () => global(code),
    })
    stops.push(async () => {
      pool.close()
      await started.stop()
    })
    running.set(code, started)
  }
  return running
}

/** The certificate of a server as it would see it if it called itself over the network. */
function ownCertificate(code: string, { der, sha256 }: PresentableCredential): PeerCertificate {
  return { sha256, sha1: createHash('sha1').update(der).digest('hex'), subject: code }
}
