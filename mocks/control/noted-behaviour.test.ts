import { expect, test } from 'vitest'
import { behaviourWith } from './behaviour.ts'
import { noted } from './noted-behaviour.ts'

test('only misbehaviours that something was asked about could have mattered', () => {
  const { behaviour, questionsSince } = noted(behaviourWith([]))
  const { count } = questionsSince(0)
  expect(questionsSince(count).misbehaviours).toEqual([])
  behaviour.decisions.authorise
  expect(questionsSince(count).misbehaviours).toContain('ignore-access-rights')
  expect(questionsSince(count).misbehaviours).not.toContain('random-constant')
  behaviour.has('random-constant')
  expect(questionsSince(count).misbehaviours).toContain('random-constant')
  expect(questionsSince(questionsSince(0).count).misbehaviours).toEqual([])
})

test('what the start asked about could matter at any time', () => {
  const { behaviour, questionsSince } = noted(behaviourWith(['ignore-changes']))
  expect(behaviour.has('ignore-changes')).toBe(true)
  expect(questionsSince(questionsSince(0).count).misbehaviours).toEqual(['ignore-changes'])
})
