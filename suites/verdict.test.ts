import { expect, test } from 'vitest'
import { type Outcome, verdict } from './verdict.ts'

const seen = [{ kind: 'response' as const }]
const unmet: Outcome = { state: 'failed', reason: 'why', unmet: true }
const broken: Outcome = { state: 'failed', reason: 'why', unmet: false }

test.each([
  ['pass', 'passed', ['MUST'], { state: 'passed' }, seen],
  ['not-applicable', 'skipped', ['MUST'], { state: 'skipped', reason: 'why' }, []],
  ['fail', 'unmet, covering a MUST', ['DEFAULT', 'MUST'], unmet, seen],
  ['warning', 'unmet, covering nothing but weaker requirements', ['SHOULD', 'DEFAULT', 'MAY'], unmet, seen],
  ['inconclusive', 'broken', ['MUST'], broken, seen],
  ['fail', 'unmet by what was seen otherwise than by calls, as a handshake', ['MUST'], unmet, []],
  [
    'inconclusive',
    'unmet because our own side refused',
    ['MUST'],
    unmet,
    [{ kind: 'handshake-refused', stage: 'client' }],
  ],
  ['fail', 'unmet because the server refused', ['MUST'], unmet, [{ kind: 'handshake-refused', stage: 'server' }]],
] as const)('%s: %s', (kind, _what, levels, outcome, evidence) => {
  expect(verdict(levels, outcome, evidence).kind).toBe(kind)
})
