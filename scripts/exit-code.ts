import type { ScenarioResult } from '../suites/report/run-record.ts'
import { countVerdicts } from '../suites/report/tally.ts'

/** What the exit codes of the command line mean. */
export const exitCodes = {
  conforms: 0,
  doesNotConform: 1,
  usage: 2,
  nothingJudged: 3,
  ownDefect: 4,
  staleDeviation: 5,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface WeighedRun {
  readonly results: readonly ScenarioResult[]
  /** The results that no known deviation excuses. */
  readonly unexcused: readonly ScenarioResult[]
  readonly stale: readonly string[]
  /** What went wrong on our own side, outside of any scenario. */
  readonly defects: readonly string[]
  readonly interrupted: boolean
  /** Whether what is weaker than a MUST counts too. */
  readonly strict: boolean
}

/** The exit code of a run. What is certain comes first: a failed MUST stays failed, whatever else went wrong. */
export function decideExitCode({ results, unexcused, stale, defects, interrupted, strict }: WeighedRun): ExitCode {
  const counts = countVerdicts(unexcused)
  const all = countVerdicts(results)
  if (interrupted) return exitCodes.interrupted
  if (counts.fail > 0 || (strict && counts.warning > 0)) return exitCodes.doesNotConform
  if (all.inconclusive > 0 || defects.length > 0) return exitCodes.ownDefect
  if (stale.length > 0) return exitCodes.staleDeviation
  if (all.pass + all.fail + all.warning === 0) return exitCodes.nothingJudged
  return exitCodes.conforms
}
