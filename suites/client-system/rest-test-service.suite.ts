import { expect } from 'vitest'
import type { Exchange } from '../../fixtures/exchange.ts'
import { scenario } from '../scenario.ts'
import type { ClientUnderTest } from '../target/client-under-test.ts'
import { servicePath } from './rest-target.ts'

// The first calls that the guide has every information system make, and what came of them.
const needs = ['client'] as const

scenario(
  'client is given a random number by the test service over rest',
  { covers: ['CLNT-17'], needs },
  async (target) => {
    const answers = testCalls(await target.clientUnderTest(), '/random').map(answerTo)
    expect(
      answers.filter(({ data }) => Number.isInteger(data) && Number(data) >= 0 && Number(data) <= 100),
    ).not.toEqual([])
  },
)

scenario('client is greeted by the test service over rest', { covers: ['CLNT-17'], needs }, async (target) => {
  const answers = testCalls(await target.clientUnderTest(), '/hello').map(answerTo)
  expect(answers.filter(({ message }) => typeof message === 'string')).not.toEqual([])
})

/** The calls of one operation of the test service, by a client that called any. */
function testCalls({ callsOver, some }: ClientUnderTest, operation: '/random' | '/hello'): readonly Exchange[] {
  const tests = callsOver('rest').filter((call) => ['/random', '/hello'].includes(servicePath(call)))
  return some(tests, 'call of the REST test service').filter((call) => servicePath(call) === operation)
}

function answerTo({ response }: Exchange): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(Buffer.from(response?.body.base64 ?? '', 'base64').toString())
    return response?.status === 200 && typeof answer === 'object' ? { ...answer } : {}
  } catch {
    return {}
  }
}
