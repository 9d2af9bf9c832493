import type { Topology } from '../../fixtures/topology.ts'
import { inProcessPeers } from './in-process-peers.ts'
import { type RunningSecurityServer, type SecurityServerOptions, startSecurityServer } from './security-server.ts'
import type { ServerConfiguration } from './server-configuration.ts'
import type { ServerRegistry } from './server-registry.ts'

export interface ServersOptions
  extends Pick<SecurityServerOptions, 'profile' | 'log' | 'connections' | 'decisions' | 'conduct' | 'onDefect'> {
  readonly topology: Topology
  readonly registry: ServerRegistry
  /** What the server of that code goes by when a message arrives. */
  configuration(code: string): ServerConfiguration
}

/**
 * Starts every security server of a topology that runs, each reaching the others within this process; the result is by
 * server code. What stops one stands among `stops` as soon as it has started.
 */
export async function startServers(
  { topology, registry, configuration, ...shared }: ServersOptions,
  stops: (() => Promise<void>)[],
): Promise<ReadonlyMap<string, RunningSecurityServer>> {
  const running = new Map<string, RunningSecurityServer>()
  const peers = inProcessPeers((code) => running.get(code), registry.configuration)
  for (const { id, code } of registry.global().servers.filter((one) => one.running)) {
    const server = topology.servers.find((one) => one.code === code)
    if (server === undefined) throw new Error(`no server ${code} in the topology`)
    const started = await startSecurityServer({
      ...shared,
      id,
      listen: server.listen,
      peers,
      configuration: () => configuration(code),
      global: registry.global,
    })
    stops.push(started.stop)
    running.set(code, started)
  }
  return running
}
