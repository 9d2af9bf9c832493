import type { VerdictKind } from '../verdict.ts'
import { appearances, differences } from './appearance.ts'
import type { RunRecord, ScenarioResult } from './run-record.ts'

/** What is different in the second of two runs. */
export interface Comparison {
  /** Scenarios whose verdict is another one. */
  readonly changed: readonly ChangedResult[]
  /** What looks different though the verdict is the same: a text, a header, a code. What most scenarios saw comes first. */
  readonly seenOtherwise: readonly Difference[]
  /** Scenarios that only one of the runs had. */
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
}

export interface Difference {
  /** As `code: Server.ClientProxy → server.clientproxy`. */
  readonly difference: string
  readonly scenarios: readonly string[]
}

export interface ChangedResult {
  readonly scenario: string
  readonly covers: readonly string[]
  readonly before: ScenarioResult['verdict']
  readonly after: ScenarioResult['verdict']
  readonly tendency: 'worse' | 'better' | 'other'
}

/** What could not be judged is worse than what passed: nobody knows any more. What does not apply is neither. */
const badness: Readonly<Record<VerdictKind, number>> = {
  pass: 0,
  'not-applicable': 0,
  inconclusive: 1,
  warning: 2,
  fail: 3,
}

/**
 * Compares two runs of the same scenarios, as before and after an upgrade. What differs from call to call (times, made
 * identifiers, random numbers, hashes) never counts.
 */
export function compareRecords(before: RunRecord, after: RunRecord): Comparison {
  const [earlier, later] = [byScenario(before), byScenario(after)]
  const both = after.results.flatMap((result) => {
    const old = earlier.get(result.scenario)
    return old === undefined ? [] : [{ old, result }]
  })
  const changed = both.filter(({ old, result }) => old.verdict.kind !== result.verdict.kind)
  const same = both.filter(({ old, result }) => old.verdict.kind === result.verdict.kind)
  return {
    changed: changed.map(({ old, result }) => ({
      scenario: result.scenario,
      covers: result.covers,
      before: old.verdict,
      after: result.verdict,
      tendency: tendencyOf(badness[result.verdict.kind] - badness[old.verdict.kind]),
    })),
    seenOtherwise: groupDifferences(
      same.flatMap(({ old, result }) =>
        differences(appearances(old), appearances(result)).map((difference) => [difference, result.scenario] as const),
      ),
    ),
    onlyBefore: before.results.filter(({ scenario }) => !later.has(scenario)).map(({ scenario }) => scenario),
    onlyAfter: after.results.filter(({ scenario }) => !earlier.has(scenario)).map(({ scenario }) => scenario),
  }
}

/** For people: what is worse first, and one line for a scenario that saw something else. */
export function formatComparison({ changed, seenOtherwise, onlyBefore, onlyAfter }: Comparison): string {
  const lines = changed
    .toSorted((a, b) => Number(b.tendency === 'worse') - Number(a.tendency === 'worse'))
    .flatMap(({ scenario, covers, before, after, tendency }) => [
      `${tendency.toUpperCase().padEnd(6)} ${scenario} (${covers.join(', ')}): ${before.kind}, now ${after.kind}`,
      ...('reason' in after ? [`       ${after.reason.split('\n')[0]}`] : []),
    ])
  const listed = (title: string, entries: readonly string[]) =>
    entries.length === 0 ? [] : ['', `${title}:`, ...entries]
  const indented = (scenarios: readonly string[]) => scenarios.map((scenario) => `  ${scenario}`)
  return [
    ...lines,
    ...listed('The same verdict, but something else was seen', seenOtherwise.flatMap(formatDifference)),
    ...listed('Only in the first run', indented(onlyBefore)),
    ...listed('Only in the second run', indented(onlyAfter)),
    '',
    `${countOf(changed, 'worse')} worse, ${countOf(changed, 'better')} better, ` +
      `${seenOtherwise.length} ${seenOtherwise.length === 1 ? 'difference' : 'differences'} beside.`,
  ]
    .join('\n')
    .trim()
}

function countOf(changed: Comparison['changed'], tendency: ChangedResult['tendency']): number {
  return changed.filter((one) => one.tendency === tendency).length
}

function formatDifference({ difference, scenarios }: Difference): string[] {
  const [first = '', ...others] = scenarios
  return [`  ${difference}`, `    ${first}${others.length === 0 ? '' : `, and ${others.length} more`}`]
}

function groupDifferences(found: readonly (readonly [difference: string, scenario: string])[]): Difference[] {
  return [...Map.groupBy(found, ([difference]) => difference)]
    .map(([difference, entries]) => ({ difference, scenarios: entries.map(([, scenario]) => scenario) }))
    .sort((a, b) => b.scenarios.length - a.scenarios.length)
}

function tendencyOf(difference: number): ChangedResult['tendency'] {
  if (difference === 0) return 'other'
  return difference > 0 ? 'worse' : 'better'
}

function byScenario({ results }: RunRecord): ReadonlyMap<string, ScenarioResult> {
  return new Map(results.map((result) => [result.scenario, result]))
}
