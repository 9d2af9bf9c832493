import { createHash } from 'node:crypto'
import { formatPath, type MemberId, memberOf, parseClientPath } from '../../fixtures/identifiers.ts'
import type {
  AmendedCertificates,
  GlobalConfiguration,
  GlobalMember,
  GlobalServer,
} from '../security-server/global-configuration.ts'

/** What has been registered at the central server since the start, beyond what topology and servers say. */
export interface Amendments {
  readonly members: readonly { readonly id: MemberId; readonly name: string }[]
  /** Names of subsystems, by path. */
  readonly names: ReadonlyMap<string, string>
  /** By server code; one that nobody knew has an owner and an address. */
  readonly servers: ReadonlyMap<string, ServerAmendment>
  readonly certificates: AmendedCertificates
}

export interface ServerAmendment {
  readonly owner?: MemberId
  readonly address?: string
  /** Clients by path. One that is disabled is still registered and no longer published. */
  readonly clients: ReadonlyMap<string, 'registered' | 'disabled' | 'deleted'>
  /** Null once it is over. */
  readonly maintenance?: NonNullable<GlobalServer['maintenance']> | null
}

export const noAmendments: Amendments = {
  members: [],
  names: new Map(),
  servers: new Map(),
  certificates: { added: new Map(), deleted: [] },
}

/** All but what has been registered of that server, which has had `firstCertificates` (DER) from the start. */
export function forget(amendments: Amendments, code: string, firstCertificates: readonly Buffer[]): Amendments {
  const { added, deleted } = amendments.certificates
  const own = [...firstCertificates, ...(added.get(code) ?? [])]
  const others = <T>(of: ReadonlyMap<string, T>) => new Map([...of].filter(([other]) => other !== code))
  return {
    ...amendments,
    servers: others(amendments.servers),
    certificates: {
      added: others(added),
      deleted: deleted.filter((gone) => !own.some((certificate) => certificate.equals(gone))),
    },
  }
}

/** The global configuration with what has been registered since. */
export function amend(global: GlobalConfiguration, amendments: Amendments): GlobalConfiguration {
  if (amendments === noAmendments) return global
  const { certificates } = amendments
  const known = new Set(global.servers.map(({ code }) => code))
  const servers = [
    ...global.servers.map((server) => amendServer(server, amendments.servers.get(server.code))),
    ...[...amendments.servers].flatMap(([code, amendment]) => (known.has(code) ? [] : newServer(code, amendment))),
  ]
  const owners = new Set(servers.map(({ id }) => formatPath(id.owner)))
  return {
    ...global,
    servers: servers.map((server) => withCertificates(server, certificates)),
    members: amendMembers(global, amendments),
    groups: new Map([...global.groups, ['security-server-owners', owners]]),
    certificates,
  }
}

function amendServer(server: GlobalServer, amendment: ServerAmendment | undefined): GlobalServer {
  if (amendment === undefined) return server
  const { owner = server.id.owner, address = server.address, clients, maintenance } = amendment
  const hosted = new Set(server.clients)
  for (const [path, state] of clients) {
    if (state === 'registered') hosted.add(path)
    else hosted.delete(path)
  }
  hosted.add(formatPath(owner))
  return {
    ...server,
    id: { ...server.id, owner },
    address,
    clients: hosted,
    maintenance: maintenance === undefined ? server.maintenance : (maintenance ?? undefined),
  }
}

/** Of a server that is not of this environment nothing answers. */
function newServer(code: string, amendment: ServerAmendment): GlobalServer[] {
  const { owner, address } = amendment
  if (owner === undefined || address === undefined) return []
  const id = { kind: 'server', owner, serverCode: code } as const
  const nothing = { clients: new Set<string>(), maintenance: undefined, authenticationCertificates: new Set<string>() }
  return [amendServer({ id, code, address, running: false, ...nothing }, amendment)]
}

function withCertificates(server: GlobalServer, { added, deleted }: AmendedCertificates): GlobalServer {
  const all = [...server.authenticationCertificates, ...(added.get(server.code) ?? []).map(hashOf)]
  const gone = new Set(deleted.map(hashOf))
  return { ...server, authenticationCertificates: new Set(all.filter((hash) => !gone.has(hash))) }
}

function hashOf(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex')
}

function amendMembers(
  { members, servers: before }: GlobalConfiguration,
  { members: added, names, servers }: Amendments,
): readonly GlobalMember[] {
  const registered = new Set([
    ...before.flatMap(({ clients }) => [...clients]),
    ...[...servers.values()].flatMap(({ clients }) => [...clients.keys()]),
  ])
  const registeredIds = [...registered].map(parseClientPath).filter((id) => id?.kind === 'subsystem')
  const registeredBy = Map.groupBy(registeredIds, (id) => formatPath(memberOf(id)))
  const all = [...members, ...added.map(({ id, name }) => ({ id, name, subsystems: [] }))]
  return all.map((member) => {
    const path = formatPath(member.id)
    const present = new Set(member.subsystems.map(({ id }) => formatPath(id)))
    const newcomers = (registeredBy.get(path) ?? [])
      .filter((id) => !present.has(formatPath(id)))
      .map((id) => ({ id, name: undefined }))
    const subsystems = [...member.subsystems, ...newcomers].map((subsystem) => ({
      ...subsystem,
      name: names.get(formatPath(subsystem.id)) ?? subsystem.name,
    }))
    return { ...member, subsystems }
  })
}
