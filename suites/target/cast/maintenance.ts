import { clientIdOf, type ServiceId } from '../../../fixtures/identifiers.ts'
import type { TopologyServer } from '../../../fixtures/topology.ts'
import type { Protocol } from '../protocol.ts'
import { isGetRandom, isRestTest, type Scene } from './scene.ts'

/** How the servers of a provider stand with regard to maintenance. */
export const maintenanceCases = {
  announced: 'whose only security server is in maintenance with a message',
  everywhere: 'whose security servers, two or more, are all in maintenance',
  partly: 'on several security servers of which some are in maintenance',
} as const

export type MaintenanceCase = keyof typeof maintenanceCases

export interface ServiceInMaintenance {
  readonly service: ServiceId
  /** What the administrator says; empty if nothing. */
  readonly message: string
}

/** A test service of a provider whose servers stand that way. */
export function findMaintenance(
  kind: MaintenanceCase,
  protocol: Protocol,
  scene: Scene,
): ServiceInMaintenance | undefined {
  const { servers, otherSubsystems } = scene.topology
  const hosts = new Map<string, TopologyServer[]>()
  const place = (provider: string, server: TopologyServer | undefined) => {
    if (server !== undefined) hosts.set(provider, [...(hosts.get(provider) ?? []), server])
  }
  for (const server of servers) for (const client of server.clients) place(client.id, server)
  for (const { id, servers: codes } of otherSubsystems) {
    for (const code of codes)
      place(
        id,
        servers.find((server) => server.code === code),
      )
  }
  const found = [...hosts].find(([, all]) => stands(kind, all))
  if (found === undefined) return undefined
  const [provider, all] = found
  const example = scene.services.find(protocol === 'rest' ? isRestTest : isGetRandom)
  const message = all.map((server) => server.maintenance?.message).find((text) => text !== undefined) ?? ''
  return example && { service: { ...example.id, provider: clientIdOf(provider) }, message }
}

function stands(kind: MaintenanceCase, servers: readonly TopologyServer[]): boolean {
  const inMaintenance = servers.filter((server) => server.maintenance !== undefined)
  switch (kind) {
    case 'announced':
      return servers.length === 1 && servers[0]?.maintenance?.message !== undefined
    case 'everywhere':
      return servers.length > 1 && inMaintenance.length === servers.length
    case 'partly':
      return inMaintenance.length > 0 && inMaintenance.length < servers.length
  }
}
