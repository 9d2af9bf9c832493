import { UsageError } from '../../fixtures/usage-error.ts'
import type { NotedBehaviour } from '../misbehaviour/noted-behaviour.ts'
import type { ControlRoutes } from './control-route.ts'

/** What the control interface tells of an environment as a whole. */
export interface ControlledEnvironment {
  /** What runs, and how it is reached from the machine that it runs on. */
  describe(): unknown
  /** Absent unless questions are noted. */
  readonly questionsSince?: NotedBehaviour['questionsSince'] | undefined
}

/** GET /environment and /questions. */
export function environmentRoutes({ describe, questionsSince }: ControlledEnvironment): ControlRoutes {
  return {
    'GET /environment': () => describe(),
    'GET /questions': ({ query }) => {
      if (questionsSince === undefined) throw new UsageError('this environment notes no questions')
      return questionsSince(Number(query.get('since') ?? 0))
    },
  }
}
