import { expect, test } from 'vitest'
import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import { findProfile } from '../../fixtures/profiles.ts'
import type { Credential } from '../pki/keystore.ts'
import type { Decisions } from '../security-server/decisions.ts'
import { behaviourWith } from './behaviour.ts'
import { noted } from './noted-behaviour.ts'

type RestCall = Decisions['callRestProvider']

test('only misbehaviours that would have decided otherwise, or that were asked for, could have mattered', () => {
  const { behaviour, questionsSince } = noted(behaviourWith([]))
  const mattered = mattering(questionsSince)
  expect(mattered()).toEqual([])
  behaviour.decisions.receivedPart(Buffer.from('<?xml version="1.0"?><a xmlns="urn:x"/>'))
  expect(mattered()).toContain('read-anything-as-envelope')
  expect(mattered()).toEqual([])
  behaviour.decisions.receivedPart(Buffer.from('\uFEFF<a/>'))
  expect(mattered()).toEqual(expect.arrayContaining(['refuse-byte-order-marks', 'require-xml-declaration']))
  expect(behaviour.has('random-constant')).toBe(false)
  expect(mattered()).toEqual(['random-constant'])
  expect(behaviour.has('random-constant', () => false)).toBe(false)
  expect(mattered()).toEqual([])
})

test('a decision that throws is watched, and throws', () => {
  const { behaviour, questionsSince } = noted(behaviourWith([]))
  const mattered = mattering(questionsSince)
  const { decisions } = behaviour
  expect(() => decisions.checkSoapAction('no action')).toThrow()
  expect(mattered()).toEqual(['accept-any-soap-action'])
})

test('what is made anew each time is made once for all', () => {
  const { behaviour, questionsSince } = noted(behaviourWith([]))
  const mattered = mattering(questionsSince)
  let made = 0
  const order: string[] = []
  const admit = () =>
    behaviour.decisions.admit(
      () => order.push('verified'),
      () => {
        made += 1
        return { code: String(made) } as ReturnType<Decisions['admit']>
      },
      () => order.push('found'),
    )
  expect([admit().code, admit().code]).toEqual(['1', '2'])
  expect(order.filter((step) => step === 'verified')).toHaveLength(2)
  expect(mattered()).toEqual([])
})

test('a call is made once, and whoever would have called otherwise could have mattered', async () => {
  const called: unknown[] = []
  const callRestProvider: RestCall = async (_caller, request) => {
    called.push(request)
    return { head: { status: 200, headers: [] }, body: { bytes: Buffer.from('x') } } as unknown as Awaited<
      ReturnType<RestCall>
    >
  }
  const plain = behaviourWith([])
  const { behaviour, questionsSince } = noted({ ...plain, decisions: { ...plain.decisions, callRestProvider } })
  const mattered = mattering(questionsSince)
  const request = { url: 'http://provider/', method: 'GET', headers: [], body: { length: 0 } }
  await behaviour.decisions.callRestProvider(
    {} as Parameters<RestCall>[0],
    request as unknown as Parameters<RestCall>[1],
  )
  expect(called).toEqual([request])
  const names = mattered()
  expect(names).toContain('damage-answer-bodies')
  expect(names).not.toContain('drop-query')
})

test('functions that are decided on matter when they are called', () => {
  const { behaviour, questionsSince } = noted(behaviourWith([]))
  const mattered = mattering(questionsSince)
  const profile = findProfile('7.8') ?? expect.unreachable()
  const { offer } = behaviour.decisions.providerTls(profile.clientTls, { certificate: 'c', key: 'k' } as Credential)
  expect(mattered()).toEqual([])
  offer('provider')
  expect(mattered()).toEqual(expect.arrayContaining(['trust-any-provider', 'hide-from-providers']))
})

test('what the start asked about is told apart', () => {
  const { behaviour, questionsSince } = noted(behaviourWith(['ignore-changes']))
  expect(behaviour.has('ignore-changes')).toBe(true)
  const { count } = questionsSince(0)
  expect(behaviour.has('random-constant')).toBe(false)
  expect(questionsSince(count)).toMatchObject({ misbehaviours: ['random-constant'], atStart: ['ignore-changes'] })
})

test('a behaviour that follows is counted on, and told as it is', () => {
  const { behaviour, followedBy, questionsSince } = noted(behaviourWith([]))
  const mattered = mattering(questionsSince)
  expect(behaviour.has('random-constant')).toBe(false)
  const next = followedBy(behaviourWith(['random-constant', 'accept-any-soap-action']))
  expect(next.has('random-constant')).toBe(true)
  expect(mattered()).toEqual(['random-constant'])
  expect(() => next.decisions.checkSoapAction('no action')).not.toThrow()
  next.download.toString()
  expect(mattered()).toContain('take-expired-directories')
  expect(questionsSince(0)).toMatchObject({ atStart: [] })
})

/** The misbehaviours that could have mattered since the last time. */
function mattering(questionsSince: ReturnType<typeof noted>['questionsSince']): () => readonly Misbehaviour[] {
  let { count } = questionsSince(0)
  return () => {
    const questions = questionsSince(count)
    count = questions.count
    return questions.misbehaviours
  }
}
