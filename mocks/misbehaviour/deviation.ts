import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import type { Decisions } from '../security-server/decisions.ts'

/** A misbehaviour of the security server: the decisions it replaces, given those that it stands in for. */
export type Deviation = (faithful: Decisions) => Partial<Decisions>

export type Deviations = Partial<Record<Misbehaviour, Deviation>>
