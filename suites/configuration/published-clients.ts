import { formatPath, parseClientPath } from '../../fixtures/identifiers.ts'
import type { TopologyServer } from '../../fixtures/topology.ts'
import { childOf, type XmlElement } from '../observe/xml.ts'
import type { Target } from '../target/target.ts'
import { elementsOf, textOf, textsOf } from './configuration-source.ts'

/** A security server as shared parameters tell of it; clients by path, as far as they are there. */
export interface PublishedServer {
  readonly code: string | undefined
  readonly address: string | undefined
  readonly owner: string | undefined
  readonly clients: readonly (string | undefined)[]
}

/** Members and subsystems of shared parameters, by the XML identifier that servers refer to them with. */
export function publishedClients(shared: XmlElement): ReadonlyMap<string, string> {
  const instance = textOf(shared, 'instanceIdentifier') ?? ''
  return new Map(
    elementsOf(shared, 'member').flatMap((member) => {
      const memberClass = textOf(childOf(member, 'memberClass'), 'code') ?? ''
      const id = { instance, memberClass, memberCode: textOf(member, 'memberCode') ?? '' }
      const subsystems = elementsOf(member, 'subsystem').map((subsystem) => {
        const subsystemCode = textOf(subsystem, 'subsystemCode') ?? ''
        return [subsystem.attributes.get('id') ?? '', formatPath({ kind: 'subsystem', ...id, subsystemCode })] as const
      })
      return [[member.attributes.get('id') ?? '', formatPath({ kind: 'member', ...id })] as const, ...subsystems]
    }),
  )
}

export function publishedServers(shared: XmlElement): PublishedServer[] {
  const clients = publishedClients(shared)
  return elementsOf(shared, 'securityServer').map((server) => ({
    code: textOf(server, 'serverCode'),
    address: textOf(server, 'address'),
    owner: clients.get(textOf(server, 'owner') ?? ''),
    clients: textsOf(server, 'client').map((reference) => clients.get(reference)),
  }))
}

/** The consumers' security server with the paths of the subsystems that are registered there. */
export function sharedServer({ topology, server: code }: Target): TopologyServer & { readonly tenants: string[] } {
  const server = topology.servers.find((one) => one.code === code)
  if (server === undefined) throw new Error(`the topology has no server ${code}`)
  const registered = server.clients.filter(({ status, inGlobalConfiguration }) => {
    return inGlobalConfiguration ?? status === 'registered'
  })
  const ids = registered.flatMap(({ id }) => parseClientPath(id) ?? [])
  return { ...server, tenants: ids.filter(({ kind }) => kind === 'subsystem').map(formatPath) }
}
