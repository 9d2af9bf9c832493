import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import type { ManagementDecisions } from '../management-services/management-decisions.ts'

/** Mistakes that the management services of a central server could make. */
export const managementDeviations: Partial<Record<Misbehaviour, Partial<ManagementDecisions>>> = {}
