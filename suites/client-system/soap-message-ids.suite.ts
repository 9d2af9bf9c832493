import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import type { ClientUnderTest } from '../target/client-under-test.ts'
import { isUuid, repeating } from './message-ids.ts'
import { placeOf } from './place-of-call.ts'
import { fieldOf, type SentEnvelope, sentEnvelopes } from './sent-message.ts'

// How an information system identifies its messages.
const needs = ['client'] as const

const idOf = (message: SentEnvelope) => fieldOf(message, 'id')?.text ?? ''

scenario('client identifies its messages by uuids over soap', { covers: ['SOAP-HDR-30'], needs }, async (target) => {
  const others = identifiedMessages(await target.clientUnderTest()).filter((message) => !isUuid(idOf(message)))
  expect(others.map(({ call }) => placeOf(call))).toEqual([])
})

scenario(
  'client gives every message an id of its own over soap',
  { covers: ['SOAP-HDR-30', 'CLNT-19'], needs },
  async (target) => {
    const repeated = repeating(identifiedMessages(await target.clientUnderTest()), idOf)
    expect(repeated.map(({ call }) => placeOf(call))).toEqual([])
  },
)

function identifiedMessages(client: ClientUnderTest): readonly SentEnvelope[] {
  return client.some(
    sentEnvelopes(client).filter((message) => fieldOf(message, 'id') !== undefined),
    'call over SOAP with an id',
  )
}
