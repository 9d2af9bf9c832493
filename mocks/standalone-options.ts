import type { Topology } from '../fixtures/topology.ts'
import type { ControlOptions } from './control/control-server.ts'
import type { Identities, IdentityOptions } from './prepare-identities.ts'

/** What every part of an environment that has a process of its own is told. */
export interface StandaloneOptions extends IdentityOptions {
  /** As it runs here: with the ports of this process and of the others. */
  readonly topology: Topology
  readonly control: ControlOptions
  /** What `prepareIdentities` has made for this topology and these options; made at the start by default. */
  readonly identities?: Identities
}
