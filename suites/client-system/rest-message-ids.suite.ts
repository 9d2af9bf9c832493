import { expect } from 'vitest'
import type { Exchange } from '../../fixtures/exchange.ts'
import { headerValue, headerValues } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { ClientUnderTest } from '../target/client-under-test.ts'
import { isUuid, repeating } from './message-ids.ts'
import { placeOf } from './place-of-call.ts'

// How an information system identifies its calls over REST, where it does.
const needs = ['client'] as const

const idOf = ({ request }: Exchange) => headerValue(request, 'x-road-id') ?? ''

scenario('client identifies its messages by uuids over rest', { covers: ['REST-HDR-37'], needs }, async (target) => {
  const calls = identifiedCalls(await target.clientUnderTest())
  expect(calls.filter((call) => !isUuid(idOf(call))).map(placeOf)).toEqual([])
})

scenario(
  'client gives every message an id of its own over rest',
  { covers: ['REST-HDR-37'], needs },
  async (target) => {
    expect(repeating(identifiedCalls(await target.clientUnderTest()), idOf).map(placeOf)).toEqual([])
  },
)

function identifiedCalls({ callsOver, some }: ClientUnderTest): readonly Exchange[] {
  const identified = callsOver('rest').filter(({ request }) => headerValues(request, 'x-road-id').length > 0)
  return some(identified, 'call with X-Road-Id')
}
