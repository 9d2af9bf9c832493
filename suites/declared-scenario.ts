import type { RequirementId } from '../fixtures/requirements/index.ts'
import type { Target } from './target/target.ts'
import type { Capability } from './target/target-description.ts'

export interface ScenarioOptions {
  /** What the scenario judges. */
  readonly covers: readonly [RequirementId, ...RequirementId[]]
  /** What the target must be able to do; where it cannot, the scenario is not applicable. */
  readonly needs?: readonly Capability[]
}

/** A scenario as a suite declares it. */
export interface DeclaredScenario extends ScenarioOptions {
  /** Its id in run records and baselines: worded, unique over all files, not to be changed lightly. */
  readonly name: string
  readonly run: (target: Target) => Promise<void>
}
