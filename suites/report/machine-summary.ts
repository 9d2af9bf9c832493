import { remarksOn } from './remarks.ts'
import type { RunRecord } from './run-record.ts'
import { countVerdicts, tallyAreas } from './tally.ts'

export interface RunEnd {
  readonly exitCode: number
  readonly stale: readonly string[]
  readonly defects: readonly string[]
}

/** The summary of a run for programs; everything else is in the run record. */
export function summarise({ header, results }: Pick<RunRecord, 'header' | 'results'>, end: RunEnd) {
  const listed = (kind: 'fail' | 'warning' | 'inconclusive') =>
    results.flatMap(({ scenario, covers, verdict }) =>
      verdict.kind === kind ? [{ scenario, covers, reason: verdict.reason }] : [],
    )
  return {
    exitCode: end.exitCode,
    instance: header.instance,
    profile: header.profile,
    exact: header.exact,
    selected: header.selected,
    verdicts: countVerdicts(results),
    areas: tallyAreas({ results }),
    failed: listed('fail'),
    warnings: listed('warning'),
    inconclusive: listed('inconclusive'),
    remarks: remarksOn({ header, results }),
    staleDeviations: end.stale,
    defects: end.defects,
  }
}
