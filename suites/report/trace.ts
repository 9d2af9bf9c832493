import { type AreaName, areas, type RequirementId } from '../../fixtures/requirements/index.ts'
import type { Requirement } from '../../fixtures/requirements/requirement.ts'
import type { VerdictKind } from '../verdict.ts'
import type { RunRecord, ScenarioResult } from './run-record.ts'

/** A requirement with what the run found out about it. */
export interface TracedRequirement {
  readonly area: AreaName
  readonly id: RequirementId
  readonly level: Requirement['level']
  readonly statement: string
  /** The worst verdict of its scenarios; `untested` if the run had none. */
  readonly status: VerdictKind | 'untested'
  readonly scenarios: readonly { readonly name: string; readonly verdict: VerdictKind }[]
}

/** Worst first: what a requirement is worth is decided by its worst scenario. */
export const severity: readonly VerdictKind[] = ['fail', 'inconclusive', 'warning', 'pass', 'not-applicable']

/** Requirements × results: every requirement of the catalogue with its scenarios in this run. */
export function traceRequirements(record: Pick<RunRecord, 'results'>): TracedRequirement[] {
  const byRequirement = Map.groupBy(
    record.results.flatMap((result) => result.covers.map((id) => ({ id, result }))),
    ({ id }) => id,
  )
  return areas.flatMap((area) =>
    area.requirements.map((requirement) => {
      const results = (byRequirement.get(requirement.id) ?? []).map(({ result }) => result)
      const { id, level, statement } = requirement
      return { area: area.name, id, level, statement, status: worst(results), scenarios: results.map(briefly) }
    }),
  )
}

function worst(results: readonly ScenarioResult[]): VerdictKind | 'untested' {
  return severity.find((kind) => results.some((result) => result.verdict.kind === kind)) ?? 'untested'
}

function briefly({ scenario, verdict }: ScenarioResult) {
  return { name: scenario, verdict: verdict.kind }
}
