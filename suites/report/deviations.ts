import { z } from 'zod'
import type { ScenarioResult } from './run-record.ts'

/** A verdict that is known and lived with: why, and until when at the latest. */
export const deviationSchema = z.strictObject({
  scenario: z.string().min(1),
  verdict: z.enum(['fail', 'warning', 'not-applicable']),
  why: z.string().min(1),
  /** The last day on which it is lived with. */
  until: z.iso.date().optional(),
})

export type Deviation = z.infer<typeof deviationSchema>

export interface WeighedResults {
  /** Results that no deviation excuses. */
  readonly unexcused: readonly ScenarioResult[]
  /** A sentence for each deviation that does not hold any more. */
  readonly stale: readonly string[]
}

/**
 * Weighs results against known deviations. A deviation is stale past its day, and when its scenario has another verdict;
 * a failure of our own side, `inconclusive`, says nothing of it.
 */
export function weighDeviations(
  results: readonly ScenarioResult[],
  deviations: readonly Deviation[],
  today: string = new Date().toISOString().slice(0, 10),
): WeighedResults {
  const stale: string[] = []
  const excused = new Set<string>()
  for (const { scenario, verdict, until } of deviations) {
    const result = results.find((one) => one.scenario === scenario)
    if (result === undefined || result.verdict.kind === 'inconclusive') continue
    if (result.verdict.kind !== verdict) {
      stale.push(`"${scenario}" is known as ${verdict}, but it is ${result.verdict.kind} now: remove the deviation.`)
    } else if (until !== undefined && until < today) {
      stale.push(
        `"${scenario}" was to be ${verdict} until ${until} at the latest: correct the server or renew the deviation.`,
      )
    } else {
      excused.add(scenario)
    }
  }
  return { unexcused: results.filter(({ scenario }) => !excused.has(scenario)), stale }
}
