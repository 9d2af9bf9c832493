import type { RunRecord, UnfinishedRecord } from './run-record.ts'
import { countVerdicts } from './tally.ts'

export type Conclusion = 'conforms' | 'does not conform' | 'was not judged' | 'was not judged to the end'

/** What a run says of its target as a whole. A failed MUST is certain whatever else is not; all else wants a whole run. */
export function conclude(record: RunRecord | UnfinishedRecord): Conclusion {
  const { pass, fail, warning, inconclusive } = countVerdicts(record.results)
  if (fail > 0) return 'does not conform'
  if (pass + warning === 0) return 'was not judged'
  return inconclusive > 0 || !('footer' in record) ? 'was not judged to the end' : 'conforms'
}
