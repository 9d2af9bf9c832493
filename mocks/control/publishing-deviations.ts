import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import type { PublishingDecisions } from '../central-server/publishing-decisions.ts'

/** Mistakes that a central server could make with its configuration. */
export const publishingDeviations: Partial<Record<Misbehaviour, Partial<PublishingDecisions>>> = {}
