import { expect, test } from 'vitest'
import type { ScenarioResult } from '../suites/report/run-record.ts'
import { decideExitCode, type WeighedRun } from './exit-code.ts'

test.each<[number, string, Partial<WeighedRun>]>([
  [0, 'everything passed', { results: results('pass', 'pass') }],
  [0, 'something weaker than a MUST is not met', { results: results('pass', 'warning') }],
  [0, 'what failed is a known deviation', { results: results('pass', 'fail'), unexcused: results('pass') }],
  [1, 'a MUST failed', { results: results('pass', 'fail') }],
  [1, 'something weaker is not met and counts', { results: results('pass', 'warning'), strict: true }],
  [1, 'a MUST failed and something broke', { results: results('fail', 'inconclusive'), defects: ['x'] }],
  [3, 'nothing was applicable', { results: results('not-applicable') }],
  [3, 'there was nothing', { results: [] }],
  [4, 'a scenario broke', { results: results('pass', 'inconclusive') }],
  [4, 'something broke outside of a scenario', { results: results('pass'), defects: ['x'] }],
  [5, 'a deviation is stale', { results: results('pass'), stale: ['x'] }],
  [130, 'interrupted, whatever was seen', { results: results('fail'), interrupted: true }],
])('%i: %s', (code, _why, run) => {
  const { results = [], unexcused = results } = run
  const rest = { stale: [], defects: [], interrupted: false, strict: false }
  expect(decideExitCode({ ...rest, ...run, results, unexcused })).toBe(code)
})

function results(...kinds: ScenarioResult['verdict']['kind'][]): ScenarioResult[] {
  return kinds.map((kind) => {
    const verdict = kind === 'pass' ? { kind } : { kind, reason: 'why' }
    return { scenario: kind, file: 'x', covers: ['CONN-GEN-01'], verdict, evidence: [], milliseconds: 1 }
  })
}
