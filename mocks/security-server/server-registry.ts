import type { ConfigurationChange } from '../../fixtures/configuration-change.ts'
import { equalIds, parseClientPath } from '../../fixtures/identifiers.ts'
import { internalCertificateName, type Topology, type TopologyServer } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import type { Credential, Keystore } from '../pki/keystore.ts'
import { type Amendments, amend, noAmendments, type ServerAmendment } from './amendments.ts'
import { applyChange } from './apply-change.ts'
import {
  buildGlobalConfiguration,
  canonicalPath,
  type GlobalConfiguration,
  type PeerCertificates,
} from './global-configuration.ts'
import { noticedStatus } from './noticed-status.ts'
import {
  buildServerConfiguration,
  type ResolveAddress,
  type ServerConfiguration,
  type ServerState,
} from './server-configuration.ts'

/** What every server of a topology has configured now. The topology is the first state, nothing more. */
export interface ServerRegistry {
  configuration(code: string): ServerConfiguration
  global(): GlobalConfiguration
  /** Replaces the snapshot of a server; throws a UsageError that says why a change is refused. */
  change(code: string, change: ConfigurationChange): void
  /** Checks a change without making it. */
  refuse(code: string, change: ConfigurationChange): void
  /** The certificates that a client lists, in order. */
  listedCertificates(code: string, client: string): readonly Credential[]
  /** What the central server has registered beyond the topology. */
  amendments(): Amendments
  /** Publishes what has been registered; servers notice what it says of their clients. */
  register(amendments: Amendments): void
}

interface Cell {
  state: ServerState
  configuration: ServerConfiguration
}

export function serverRegistry(
  topology: Topology,
  certificates: Keystore,
  resolve: ResolveAddress,
  peers: PeerCertificates,
): ServerRegistry {
  const cells = new Map<string, Cell>()
  for (const server of topology.servers) {
    const state = { server, certificates, internalCertificate: internalCertificateOf(server, certificates) }
    cells.set(server.code, { state, configuration: buildServerConfiguration(state, resolve) })
  }
  let amendments = noAmendments
  let global = publish()

  function publish(): GlobalConfiguration {
    const servers = [...cells.values()].map((cell) => cell.state.server)
    return amend(buildGlobalConfiguration(topology, servers, peers), amendments)
  }

  function set(cell: Cell, state: ServerState): void {
    cell.configuration = buildServerConfiguration(state, resolve)
    cell.state = state
  }

  /** Servers look at their clients of whom something new has been registered. */
  function notice(code: string, { clients }: ServerAmendment, before: ServerAmendment | undefined): void {
    const cell = cells.get(code)
    if (cell === undefined) return
    const { server } = cell.state
    const noticed = server.clients.map((client) => {
      const path = canonicalPath(client.id)
      const state = clients.get(path)
      if (state === undefined || state === before?.clients.get(path)) return client
      return { ...client, status: noticedStatus(client.status, state === 'registered') }
    })
    set(cell, { ...cell.state, server: { ...server, clients: noticed } })
  }

  function find(code: string): Cell {
    const cell = cells.get(code)
    if (cell !== undefined) return cell
    throw new UsageError(`no security server has the code "${code}"; write one of ${[...cells.keys()].join(', ')}`)
  }

  return {
    configuration: (code) => find(code).configuration,
    global: () => global,
    change(code, change) {
      const cell = find(code)
      set(cell, applyChange(cell.state, change))
      global = publish()
    },
    amendments: () => amendments,
    register(next) {
      const before = amendments
      amendments = next
      for (const [code, amendment] of next.servers) {
        if (amendment !== before.servers.get(code)) notice(code, amendment, before.servers.get(code))
      }
      global = publish()
    },
    refuse: (code, change) => void applyChange(find(code).state, change),
    listedCertificates(code, path) {
      const { clients } = find(code).configuration
      const id = parseClientPath(path)
      const client = id && clients.find((one) => equalIds(one.id, id))
      if (client !== undefined) return [...client.certificates.values()]
      throw new UsageError(`${code} has no client ${path}; it has ${clients.map((one) => one.path).join(', ')}`)
    },
  }
}

/** The internal certificate of a server: the one its topology names, or the one made for it. */
export function internalCertificateOf(server: TopologyServer, certificates: Keystore): Credential {
  const credential = certificates.get(internalCertificateName(server))
  if (credential === undefined) throw new Error(`${server.code} has no internal certificate`)
  return credential
}
