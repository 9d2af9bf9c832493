import { networkInterfaces } from 'node:os'
import type { StartedNetwork, StartedTestContainer } from 'testcontainers'
import type { Bindings } from '../../../fixtures/bindings.ts'

/** By that name a container finds this machine where the engine runs in a virtual one. */
export const engineHost = { host: 'host.docker.internal', ipAddress: 'host-gateway' } as const

/** An address inside a container as it is reached from here; undefined if that port is not published. */
export function addressOutside(url: string, container: StartedTestContainer): string | undefined {
  const { protocol, port, pathname } = new URL(url)
  // Published on the IPv4 loopback alone; "localhost" might be tried by IPv6 first.
  const host = container.getHost() === 'localhost' ? '127.0.0.1' : container.getHost()
  try {
    return `${protocol}//${host}:${container.getMappedPort(Number(port))}${pathname === '/' ? '' : pathname}`
  } catch {
    return undefined
  }
}

/** The interfaces of a server of a container as they are reached from here. */
export function serverOutside(
  { http = '', https = '', peer, healthCheck, trust }: Bindings['servers'][string],
  container: StartedTestContainer,
): Bindings['servers'][string] {
  const outside = (url: string | undefined) => (url === undefined ? undefined : addressOutside(url, container))
  return { http: outside(http), https: outside(https), trust, peer: outside(peer), healthCheck: outside(healthCheck) }
}

/** The same of all servers, which share a container. */
export function serversOutside(servers: Bindings['servers'], container: StartedTestContainer): Bindings['servers'] {
  return Object.fromEntries(Object.entries(servers).map(([code, server]) => [code, serverOutside(server, container)]))
}

/** Where containers of a network reach a listener of this process, and on which address it has to listen for that. */
export async function runnerSeenFrom(
  network: Pick<StartedNetwork, 'getId'>,
  inspect: (id: string) => Promise<{ readonly IPAM?: { readonly Config?: readonly object[] | undefined } | undefined }>,
): Promise<NonNullable<Bindings['runner']>> {
  const { IPAM } = await inspect(network.getId())
  const gateway = IPAM?.Config?.map((config) => ('Gateway' in config ? String(config.Gateway) : '')).find(Boolean)
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))
  if (gateway !== undefined && own.includes(gateway)) return { listen: gateway, host: gateway }
  return { listen: '127.0.0.1', host: engineHost.host }
}
