import { isDeepStrictEqual } from 'node:util'
import type { Topology } from '../../fixtures/topology.ts'
import { type Amendments, amend, noAmendments } from '../management-services/amendments.ts'
import {
  buildGlobalConfiguration,
  type GlobalConfiguration,
  type HostingServer,
  type PeerCertificates,
} from '../security-server/global-configuration.ts'

/** Who exists, and which server hosts whom, as the central server publishes it. */
export interface CentralRegister {
  global(): GlobalConfiguration
  /** What has been registered beyond the topology. */
  amendments(): Amendments
  /** Publishes what has been registered; resolves once servers know of it. */
  register(amendments: Amendments): Promise<void>
  /** Publishes what has become of servers, if it changes anything; resolves once they know of one another's. */
  publish(): Promise<void>
  /** Lets servers know of other instances; resolves once they do, as far as those let them. */
  announce(): Promise<void>
}

export interface CentralRegisterOptions {
  readonly topology: Topology
  /** The servers as they are configured now, for what an administrator changes there is registered at once. */
  servers(): readonly HostingServer[]
  readonly peers: PeerCertificates
  /** Takes what is published now to the servers. */
  distribute(before: GlobalConfiguration, after: GlobalConfiguration): Promise<void>
  /** Lets the servers know of other instances. */
  announce(): Promise<void>
}

export function centralRegister(options: CentralRegisterOptions): CentralRegister {
  const { topology, servers, peers, distribute, announce } = options
  let amendments = noAmendments
  const build = () => amend(buildGlobalConfiguration(topology, servers(), peers), amendments)
  let global = build()

  async function publish(): Promise<void> {
    const before = global
    const after = build()
    // Most changes of a server concern nobody else.
    if (isDeepStrictEqual(before, after)) return
    global = after
    await distribute(before, after)
  }

  return {
    global: () => global,
    amendments: () => amendments,
    async register(next) {
      amendments = next
      await publish()
    },
    publish,
    announce,
  }
}
