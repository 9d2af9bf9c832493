import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTopologyFile } from '../../scripts/topology-file.ts'
import { type GoldenTarget, startGoldenTarget } from '../target/golden-target.ts'
import { compareOutcomes, type Difference } from './compare.ts'
import { loadDeviations } from './deviations.ts'
import type { GoldenCase, Outcomes } from './golden-case.ts'
import { loadCases, topologyFile } from './load-cases.ts'
import { recordedProfiles, releaseOf } from './releases.ts'
import { replayCase } from './replay.ts'

const cases = loadCases()
const topology = readTopologyFile(topologyFile)
const deviations = loadDeviations()
const limits = { timeout: 300_000 }

test('every listed deviation names a profile and a case that were recorded', () => {
  const known = (profile: string, name: string) =>
    cases.some((golden) => golden.name === name && golden.recorded.has(releaseOf(profile) ?? ''))
  expect(deviations.filter((deviation) => !known(deviation.profile, deviation.case))).toEqual([])
})

interface Recorded {
  readonly name: string
  readonly golden: GoldenCase
  readonly expected: Outcomes
}

const runs = recordedProfiles().map((profile) => {
  const recorded = cases.flatMap((golden): Recorded[] => {
    const expected = golden.recorded.get(releaseOf(profile) ?? '')
    return expected === undefined ? [] : [{ name: golden.name, golden, expected }]
  })
  return {
    profile,
    recorded,
    target: undefined as GoldenTarget | undefined,
    results: new Map<string, Promise<Difference[]>>(),
  }
})

// The cases of a profile run one after the other, the profiles side by side: much of the time is scripted waiting.
beforeAll(async () => {
  for (const run of runs) {
    const target = await startGoldenTarget(run.profile, topology)
    run.target = target
    let turn: Promise<unknown> = Promise.resolve()
    for (const { name, golden, expected } of run.recorded) {
      const result = turn
        .then(() => replayCase(golden, target.side, target.provider))
        .then((actual) => compareOutcomes(golden, expected, actual))
      turn = result.catch(() => undefined)
      run.results.set(name, result)
    }
  }
}, limits.timeout)

afterAll(async () => {
  for (const run of runs) {
    await Promise.allSettled(run.results.values())
    await run.target?.[Symbol.asyncDispose]()
  }
}, limits.timeout)

describe.for(runs)('profile $profile answers as recorded', ({ profile, recorded, results }) => {
  const reasons = new Map(
    deviations.filter((one) => one.profile === profile).map((deviation) => [deviation.case, deviation.reason]),
  )

  test.for(recorded)('$name', limits, async ({ name }) => {
    const differences = await results.get(name)
    const reason = reasons.get(name)
    if (reason === undefined) expect(differences).toEqual([])
    else expect(differences, `identical, but listed as a deviation: ${reason}`).not.toEqual([])
  })
})
