import { areas } from '../../fixtures/requirements/index.ts'
import type { VerdictKind } from '../verdict.ts'
import type { RunRecord } from './run-record.ts'
import { traceRequirements } from './trace.ts'

export type Counts = Readonly<Record<VerdictKind, number>>

export interface AreaTally {
  readonly name: string
  readonly title: string
  /** Requirements of the area, and how many of them a scenario of this run judged. */
  readonly requirements: number
  readonly judged: number
  readonly scenarios: Counts
}

/** How many scenarios of a run have which verdict. */
export function countVerdicts(results: readonly { readonly verdict: { readonly kind: VerdictKind } }[]): Counts {
  const counts = { pass: 0, fail: 0, warning: 0, 'not-applicable': 0, inconclusive: 0 }
  for (const { verdict } of results) counts[verdict.kind] += 1
  return counts
}

/** The same by area, for the areas that the run touched. A scenario counts in every area of which it covers something. */
export function tallyAreas(record: Pick<RunRecord, 'results'>): AreaTally[] {
  const traced = Map.groupBy(traceRequirements(record), ({ area }) => area)
  return areas.flatMap(({ name, title, requirements }) => {
    const ids = new Set<string>(requirements.map(({ id }) => id))
    const results = record.results.filter(({ covers }) => covers.some((id) => ids.has(id)))
    if (results.length === 0) return []
    const judged = (traced.get(name) ?? []).filter(
      ({ status }) => status !== 'untested' && status !== 'not-applicable',
    ).length
    return [{ name, title, requirements: requirements.length, judged, scenarios: countVerdicts(results) }]
  })
}
