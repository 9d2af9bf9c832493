import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import type { TrustDecisions } from '../trust-services/trust-decisions.ts'

/** Mistakes that the approved certification and time-stamping services could make. */
export const trustDeviations: Partial<Record<Misbehaviour, Partial<TrustDecisions>>> = {}
