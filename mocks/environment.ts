import type { Bindings } from '../fixtures/bindings.ts'
import type { ConfigurationChange } from '../fixtures/configuration-change.ts'
import type { Exchange } from '../fixtures/exchange.ts'
import type { Topology, TopologyInput } from '../fixtures/topology.ts'
import type { Keystore } from './pki/keystore.ts'

export interface EnvironmentOptions {
  /** Name of the version profile; the topology's own by default. */
  readonly profile?: string
  /** Folder where made keys and certificates are kept from run to run (files of mode 0600); none by default. */
  readonly keyCache?: string
  /** Folder that PEM file names of the topology are relative to. */
  readonly baseFolder?: string
  /** Addresses of external information systems: `{ 'provider.http': 'http://127.0.0.1:8000' }` for `${provider.http}`. */
  readonly addresses?: Readonly<Record<string, string>>
  /** Deliberate misbehaviours, by name (fixtures/misbehaviours.ts). */
  readonly misbehaviours?: readonly string[]
  /** Start the control interface (loopback HTTP, token in the bindings). */
  readonly control?: boolean
}

export interface RunningEnvironment extends AsyncDisposable {
  readonly topology: Topology
  readonly profile: string
  readonly bindings: Bindings
  readonly certificates: Keystore
  readonly exchanges: ExchangeLog
  /** Changes what the server of that code has configured; throws a UsageError with the refusal's sentence. */
  change(server: string, change: ConfigurationChange): Promise<void>
  /** Replaces the set of misbehaviours. */
  misbehave(names: readonly string[]): void
  stop(): Promise<void>
}

export interface ExchangeLog {
  all(): readonly Exchange[]
  clear(): void
  /** Resolves with the first exchange, seen or to come, that matches; rejects after the time limit (milliseconds, 5000). */
  waitFor(match: (exchange: Exchange) => boolean, options?: { timeout?: number }): Promise<Exchange>
}

export declare function startEnvironment(topology?: TopologyInput, options?: EnvironmentOptions): Promise<RunningEnvironment>
