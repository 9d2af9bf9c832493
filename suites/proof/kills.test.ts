import { expect, test } from 'vitest'
import { misbehaviours } from '../../fixtures/misbehaviours.ts'
import { listScenarios } from '../scenario-list.ts'
import kills from './kills.json' with { type: 'json' }

// The proof itself runs in the project "proof": there every scenario fails with exactly these misbehaviours.
test('every misbehaviour makes a scenario fail', () => {
  expect(Object.keys(kills).sort()).toEqual(Object.keys(misbehaviours).sort())
  for (const [misbehaviour, scenarios] of Object.entries(kills)) expect(scenarios, misbehaviour).not.toEqual([])
})

test('every scenario is made to fail by a misbehaviour, and nothing else is listed', async () => {
  const names = (await listScenarios()).map(({ name }) => name)
  const listed = Object.values(kills as Record<string, string[]>).flat()
  expect(names.filter((name) => !listed.includes(name))).toEqual([])
  expect(listed.filter((name) => !names.includes(name))).toEqual([])
})
