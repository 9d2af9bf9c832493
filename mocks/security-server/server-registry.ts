import type { ConfigurationChange } from '../../fixtures/configuration-change.ts'
import { equalIds, parseClientPath } from '../../fixtures/identifiers.ts'
import { internalCertificateName, type Topology, type TopologyServer } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import type { Credential, Keystore } from '../pki/keystore.ts'
import { applyChange } from './apply-change.ts'
import { canonicalPath, findServer, type GlobalConfiguration, serverIdOf } from './global-configuration.ts'
import { noticedStatus } from './noticed-status.ts'
import {
  buildServerConfiguration,
  type ResolveAddress,
  type ServerConfiguration,
  type ServerState,
} from './server-configuration.ts'
import { initialSigning, type SigningKey } from './signing.ts'

/** What every server of a topology has configured now. The topology is the first state, nothing more. */
export interface ServerRegistry {
  configuration(code: string): ServerConfiguration
  /** A server as it is configured; throws a UsageError for a code that is none's. */
  server(code: string): TopologyServer
  /** All of them, in the order of the topology. */
  servers(): readonly TopologyServer[]
  /**
   * Replaces the snapshot of a server; throws a UsageError that says why a change is refused. `authorities` are the
   * approved ones, PEM.
   */
  change(code: string, change: ConfigurationChange, authorities?: readonly string[]): void
  /** Checks a change without making it. */
  refuse(code: string, change: ConfigurationChange, authorities?: readonly string[]): void
  /** Keeps a key that a server has generated. */
  addSigningKey(code: string, key: SigningKey): void
  /** The certificates that a client lists, in order. */
  listedCertificates(code: string, client: string): readonly Credential[]
  /** The chain that a server presents now to information systems, PEM. */
  internalCertificate(code: string): string
  /** Servers look at their clients whom another global configuration lists there, or lists there no more. */
  notice(before: GlobalConfiguration, after: GlobalConfiguration): void
}

interface Cell {
  state: ServerState
  configuration: ServerConfiguration
}

export function serverRegistry(
  topology: Pick<Topology, 'servers'>,
  certificates: Keystore,
  resolve: ResolveAddress,
): ServerRegistry {
  const cells = new Map<string, Cell>()
  for (const server of topology.servers) {
    const internalCertificate = internalCertificateOf(server, certificates)
    const state = { server, certificates, internalCertificate, signing: initialSigning(server) }
    cells.set(server.code, { state, configuration: buildServerConfiguration(state, resolve) })
  }
  function set(cell: Cell, state: ServerState): void {
    cell.configuration = buildServerConfiguration(state, resolve)
    cell.state = state
  }

  function notice(code: string, before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    const cell = cells.get(code)
    if (cell === undefined || before === after) return
    const { server } = cell.state
    const clients = server.clients.map((client) => {
      const path = canonicalPath(client.id)
      const isListed = after.has(path)
      return isListed === before.has(path) ? client : { ...client, status: noticedStatus(client.status, isListed) }
    })
    const isNew = clients.some((client, index) => client.status !== server.clients[index]?.status)
    if (isNew) set(cell, { ...cell.state, server: { ...server, clients } })
  }

  function find(code: string): Cell {
    const cell = cells.get(code)
    if (cell !== undefined) return cell
    throw new UsageError(`no security server has the code "${code}"; write one of ${[...cells.keys()].join(', ')}`)
  }

  return {
    configuration: (code) => find(code).configuration,
    server: (code) => find(code).state.server,
    servers: () => [...cells.values()].map(({ state }) => state.server),
    change(code, change, authorities) {
      const cell = find(code)
      set(cell, applyChange(cell.state, change, authorities))
    },
    refuse: (code, change, authorities) => void applyChange(find(code).state, change, authorities),
    addSigningKey(code, key) {
      const cell = find(code)
      const { signing } = cell.state
      set(cell, { ...cell.state, signing: { ...signing, keys: [...signing.keys, key] } })
    },
    listedCertificates(code, path) {
      const { clients } = find(code).configuration
      const id = parseClientPath(path)
      const client = id && clients.find((one) => equalIds(one.id, id))
      if (client !== undefined) return [...client.certificates.values()]
      throw new UsageError(`${code} has no client ${path}; it has ${clients.map((one) => one.path).join(', ')}`)
    },
    internalCertificate: (code) => find(code).configuration.internalCertificate.certificate,
    notice(before, after) {
      for (const { state } of cells.values()) {
        const { server } = state
        const [earlier, now] = [before, after].map((global) => findServer(global, serverIdOf(server))?.clients)
        notice(server.code, earlier ?? new Set(), now ?? new Set())
      }
    },
  }
}

/** The internal certificate of a server: the one its topology names, or the one made for it. */
export function internalCertificateOf(server: TopologyServer, certificates: Keystore): Credential {
  const credential = certificates.get(internalCertificateName(server))
  if (credential === undefined) throw new Error(`${server.code} has no internal certificate`)
  return credential
}
