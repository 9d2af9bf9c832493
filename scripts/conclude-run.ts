import { type Deviation, weighDeviations } from '../suites/report/deviations.ts'
import { summarise } from '../suites/report/machine-summary.ts'
import type { RunRecord, UnfinishedRecord } from '../suites/report/run-record.ts'
import { formatSummary } from '../suites/report/summary.ts'
import { decideExitCode, type ExitCode } from './exit-code.ts'
import { print, say } from './output.ts'
import { type ReportFiles, writeReports } from './report-files.ts'

/** A run that has ended, and how its results are weighed and told. */
export interface EndedRun extends ReportFiles {
  /** Without footer if the run was interrupted. */
  readonly record: RunRecord | UnfinishedRecord
  /** What went wrong on our own side, outside of any scenario. */
  readonly defects: readonly string[]
  readonly deviations: readonly Deviation[]
  /** What is weaker than a MUST counts too. */
  readonly strict: boolean
  /** Print a summary for programs on standard output. */
  readonly json: boolean
}

/** Tells the result of a run in every way that is asked for, and gives the exit code. */
export function concludeRun(ended: EndedRun): ExitCode {
  const { record, defects, deviations, strict, json } = ended
  const { results } = record
  const { unexcused, stale } = weighDeviations(results, deviations)
  const interrupted = !('footer' in record)
  const exitCode = decideExitCode({ results, unexcused, stale, defects, interrupted, strict })
  writeReports(record, ended)
  say(formatSummary(record, { color: process.stderr.isTTY && process.stderr.hasColors() }))
  for (const sentence of [...stale, ...defects.map((defect) => `A defect of this tool: ${defect}`)]) say(sentence)
  if (interrupted) say('Interrupted: the results are incomplete.')
  if (json) print(summarise(record, { exitCode, stale, defects }))
  return exitCode
}
