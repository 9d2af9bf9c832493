import type { Shard } from '../suites/report/run-record.ts'
import type { TargetDescription } from '../suites/target/target-description.ts'
import { concludeRun, type EndedRun } from './conclude-run.ts'
import type { ExitCode } from './exit-code.ts'

/** What is judged, and how its results are weighed and told. */
export interface Judgement extends Omit<EndedRun, 'record' | 'defects'> {
  readonly description: TargetDescription
  /** Names of the scenarios. */
  readonly selection: readonly string[]
  /** The part of a run that this is; a whole one if absent. */
  readonly shard?: Shard
  /** Ends the run early. */
  readonly signal: AbortSignal
}

/** Runs scenarios, tells the result in every way that is asked for, and gives the exit code. */
export async function judgeTarget({ description, selection, shard, signal, ...end }: Judgement): Promise<ExitCode> {
  const { runConformance } = await import('./run-conformance.ts')
  const outcome = await runConformance({ description, selection, signal, ...(shard !== undefined && { shard }) })
  return concludeRun({ ...end, ...outcome })
}
