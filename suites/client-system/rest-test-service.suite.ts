import { expect } from 'vitest'
import type { Exchange } from '../../fixtures/exchange.ts'
import { scenario } from '../scenario.ts'
import type { ClientUnderTest } from '../target/client-under-test.ts'
import { placeOf } from './place-of-call.ts'
import { servicePath, serviceSegments } from './rest-target.ts'

// The first calls that the guide has every information system make, and what came of those that it made.
const needs = ['client'] as const

scenario(
  'client is given a random number by the test service over rest',
  { covers: ['CLNT-17'], needs },
  async (target) => {
    const calls = testCalls(await target.clientUnderTest(), '/random')
    const isGiven = ({ data }: Answer) => Number.isInteger(data) && Number(data) >= 0 && Number(data) <= 100
    expect(inVain(calls, isGiven).map(placeOf)).toEqual([])
  },
)

scenario('client is greeted by the test service over rest', { covers: ['CLNT-17'], needs }, async (target) => {
  const calls = testCalls(await target.clientUnderTest(), '/hello')
  expect(inVain(calls, ({ message }) => typeof message === 'string').map(placeOf)).toEqual([])
})

type Answer = Readonly<Record<string, unknown>>

/** The calls of one operation of the test service; services of other names may have their own idea of it. */
function testCalls({ callsOver, some }: ClientUnderTest, operation: '/random' | '/hello'): readonly Exchange[] {
  const calls = callsOver('rest').filter((call) => serviceSegments(call)[4] === 'rest-test')
  return some(
    calls.filter((call) => servicePath(call) === operation),
    `call of ${operation} of the REST test service`,
  )
}

/** Every call, if none was answered as it should be: who tries again may fail before. */
function inVain(calls: readonly Exchange[], isAsItShould: (answer: Answer) => boolean): readonly Exchange[] {
  return calls.some((call) => isAsItShould(answerTo(call))) ? [] : calls
}

function answerTo({ response }: Exchange): Answer {
  try {
    const answer: unknown = JSON.parse(Buffer.from(response?.body.base64 ?? '', 'base64').toString())
    return response?.status === 200 && typeof answer === 'object' ? { ...answer } : {}
  } catch {
    return {}
  }
}
