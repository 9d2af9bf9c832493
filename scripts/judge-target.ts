import { type Deviation, weighDeviations } from '../suites/report/deviations.ts'
import { summarise } from '../suites/report/machine-summary.ts'
import { formatSummary } from '../suites/report/summary.ts'
import type { TargetDescription } from '../suites/target/target-description.ts'
import { decideExitCode, type ExitCode } from './exit-code.ts'
import { print, say } from './output.ts'
import { type ReportFiles, writeReports } from './report-files.ts'

/** What is judged, and how its results are weighed and told. */
export interface Judgement extends ReportFiles {
  readonly description: TargetDescription
  /** Names of the scenarios. */
  readonly selection: readonly string[]
  readonly deviations: readonly Deviation[]
  /** What is weaker than a MUST counts too. */
  readonly strict: boolean
  /** Print a summary for programs on standard output. */
  readonly json: boolean
  /** Ends the run early. */
  readonly signal: AbortSignal
}

/** Runs scenarios, tells the result in every way that is asked for, and gives the exit code. */
export async function judgeTarget(judgement: Judgement): Promise<ExitCode> {
  const { description, selection, deviations, strict, json, signal } = judgement
  const { runConformance } = await import('./run-conformance.ts')
  const { record, defects } = await runConformance({ description, selection, signal })
  const { results } = record
  const { unexcused, stale } = weighDeviations(results, deviations)
  const interrupted = signal.aborted
  const exitCode = decideExitCode({ results, unexcused, stale, defects, interrupted, strict })
  writeReports(record, judgement)
  say(formatSummary(record, { color: process.stderr.isTTY && process.stderr.hasColors() }))
  for (const sentence of [...stale, ...defects.map((defect) => `A defect of this tool: ${defect}`)]) say(sentence)
  if (interrupted) say('Interrupted: the results are incomplete.')
  if (json) print(summarise(record, { exitCode, stale, defects }))
  return exitCode
}
