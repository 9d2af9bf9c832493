import { expect, test } from 'vitest'
import { requirements } from '../fixtures/requirements/index.ts'
import { listScenarios } from '../suites/scenario-list.ts'
import { coverAreas } from './coverage.ts'

const rows = coverAreas(await listScenarios()).flatMap((area) => area.requirements)

test('the whole catalogue is there', () => {
  expect(rows).toHaveLength(510)
  expect(rows).toHaveLength(requirements.length)
})

test('every requirement is covered by a scenario or says why not', () => {
  expect(rows.filter(({ scenarios, untested }) => scenarios.length === 0 && untested === undefined)).toEqual([])
})

test('no requirement says that it is untested and is covered', () => {
  const both = rows.filter(({ scenarios, untested }) => scenarios.length > 0 && untested !== undefined)
  expect(both.map(({ id }) => id)).toEqual([])
})
