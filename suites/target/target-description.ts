import type { Bindings } from '../../fixtures/bindings.ts'
import type { ClientRecording } from '../../fixtures/client-recording.ts'
import type { Topology } from '../../fixtures/topology.ts'

/** Everything that a worker needs to judge a target; plain data. */
export interface TargetDescription {
  readonly topology: Topology
  readonly bindings: Bindings
  /** Name of the version profile that the target is expected to follow. */
  readonly profile: string
  /** Accept the profile's own spelling and wording only; otherwise every one in use (AMB-01, AMB-17). */
  readonly exact: boolean
  /** Bytes of the bodies that stand for any size; 50 MiB by default. */
  readonly largeBody?: number
  /** What the client did that is judged, or the mistakes that our own sample client is to make. */
  readonly client?: ClientRecording | { readonly misbehaviours: readonly string[] }
}

/** What a target can do beyond answering calls over HTTPS. */
export const capabilities = {
  plaintext: 'its plain HTTP address is not bound',
  control: 'what it sends to providers cannot be seen, and its configuration cannot be changed (no control interface)',
  provider: 'the address of no information system is bound (no services and no addresses in the bindings)',
  management:
    'nobody issues certificates by which management requests could be signed (no trustServices in the bindings)',
  client: 'there is no client under test (roadworthy check-client tries one)',
  'central-server': 'its source of global configuration is not bound (no centralServer in the bindings)',
} as const

export type Capability = keyof typeof capabilities

/** Why the target lacks the capability; undefined if it has it. */
export function lackOf(capability: Capability, { bindings, client }: TargetDescription): string | undefined {
  const has = {
    plaintext: Object.values(bindings.servers).some((server) => server.http !== undefined),
    control: bindings.control !== undefined,
    provider: isProviderBound(bindings),
    management: bindings.trustServices !== undefined,
    client: client !== undefined,
    'central-server': bindings.centralServer !== undefined,
  } satisfies Record<Capability, boolean>
  return has[capability] ? undefined : capabilities[capability]
}

/** Whether information systems can be called without a security server. */
export function isProviderBound({ services, addresses }: Bindings): boolean {
  return Object.keys({ ...services, ...addresses }).length > 0
}
