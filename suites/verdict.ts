import type { Requirement } from '../fixtures/requirements/requirement.ts'
import type { Observation } from './observe/normalise.ts'

/** What the outcome of a scenario means for the target. Computed, never stored by hand. */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'fail'; readonly reason: string }
  /** Something weaker than a MUST is not met. */
  | { readonly kind: 'warning'; readonly reason: string }
  /** The target lacks what the scenario needs. */
  | { readonly kind: 'not-applicable'; readonly reason: string }
  /** Our own side broke: neither success nor non-conformance. */
  | { readonly kind: 'inconclusive'; readonly reason: string }

export type VerdictKind = Verdict['kind']

/** How a scenario ended, as the test framework tells it. `unmet`: it saw something else than it expected. */
export type Outcome =
  | { readonly state: 'passed' }
  | { readonly state: 'skipped'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string; readonly unmet: boolean }

/** Judges an outcome by the levels of the requirements that the scenario covers and by what its calls brought. */
export function verdict(
  levels: readonly Requirement['level'][],
  outcome: Outcome,
  evidence: readonly Pick<Observation, 'kind'>[],
): Verdict {
  switch (outcome.state) {
    case 'passed':
      return { kind: 'pass' }
    case 'skipped':
      return { kind: 'not-applicable', reason: outcome.reason }
    case 'failed': {
      const { reason } = outcome
      if (!outcome.unmet || evidence.some(isOurOwnFailure)) return { kind: 'inconclusive', reason }
      return { kind: levels.includes('MUST') ? 'fail' : 'warning', reason }
    }
  }
}

// A handshake that our own side broke off, over a trust anchor or a version that it lacks, tells nothing about the server.
function isOurOwnFailure(observation: Pick<Observation, 'kind'> & { stage?: 'client' | 'server' }): boolean {
  return observation.kind === 'handshake-refused' && observation.stage === 'client'
}
