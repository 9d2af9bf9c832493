import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GoldenTarget, startGoldenTarget } from '../target/golden-target.ts'
import { compareOutcomes } from './compare.ts'
import { loadDeviations } from './deviations.ts'
import { loadCases } from './load-cases.ts'
import { recordedProfiles, releaseOf } from './releases.ts'
import { replayCase } from './replay.ts'

const cases = loadCases()
const deviations = loadDeviations()

test('every listed deviation names a profile and a case that were recorded', () => {
  const known = (profile: string, name: string) =>
    cases.some((golden) => golden.name === name && golden.recorded.has(releaseOf(profile) ?? ''))
  expect(deviations.filter((deviation) => !known(deviation.profile, deviation.case))).toEqual([])
})

describe.for(recordedProfiles())('profile %s answers as recorded', (profile) => {
  let target: GoldenTarget
  beforeAll(async () => {
    target = await startGoldenTarget(profile)
  }, 60_000)
  afterAll(() => target[Symbol.asyncDispose]())

  const listed = new Map(
    deviations
      .filter((deviation) => deviation.profile === profile)
      .map((deviation) => [deviation.case, deviation.reason]),
  )
  const recorded = cases.flatMap((golden) => {
    const expected = golden.recorded.get(releaseOf(profile) ?? '')
    return expected === undefined ? [] : [{ name: golden.name, golden, expected }]
  })

  test.for(recorded)('$name', { timeout: 60_000 }, async ({ golden, expected }) => {
    const actual = await replayCase(golden, target.side, target.provider)
    const differences = compareOutcomes(golden, expected, actual)
    const reason = listed.get(golden.name)
    if (reason === undefined) expect(differences).toEqual([])
    else expect(differences, `identical, but listed as a deviation: ${reason}`).not.toEqual([])
  })
})
