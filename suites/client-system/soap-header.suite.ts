import { expect } from 'vitest'
import { childOf } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { identifiersOf, misdeclaredFields, objectTypeOf } from './header-content.ts'
import { placeOf } from './place-of-call.ts'
import { fieldOf, type SentEnvelope, sentEnvelopes, sentMessages } from './sent-message.ts'

// What an information system says in the headers of its messages.
const needs = ['client'] as const

const placesOf = (messages: readonly Pick<SentEnvelope, 'call'>[]) => messages.map(({ call }) => placeOf(call))

scenario('client sends nothing but envelopes over soap', { covers: ['SOAP-HDR-34'], needs }, async (target) => {
  const messages = sentMessages(await target.clientUnderTest())
  expect(placesOf(messages.filter(({ envelope }) => envelope === undefined))).toEqual([])
})

scenario(
  'client writes header fields as they are declared over soap',
  { covers: ['SOAP-HDR-34'], needs },
  async (target) => {
    const messages = sentEnvelopes(await target.clientUnderTest())
    const problems = messages.flatMap((message) =>
      misdeclaredFields(message).map((field) => `${placeOf(message.call)}: ${field}`),
    )
    expect(problems).toEqual([])
  },
)

scenario('client types its own identifier as it is over soap', { covers: ['CLNT-05'], needs }, async (target) => {
  const messages = sentEnvelopes(await target.clientUnderTest())
  expect(placesOf(messages.filter((message) => !isTypedAsItIs(message)))).toEqual([])
})

scenario(
  'client has plain characters in its identifiers over soap',
  { covers: ['SOAP-HDR-32'], needs },
  async (target) => {
    const messages = sentEnvelopes(await target.clientUnderTest())
    const isPlain = (message: SentEnvelope) =>
      identifiersOf(message).every(({ children }) => children.every(({ text }) => /^[\w'()+,.=?-]*$/.test(text)))
    expect(placesOf(messages.filter((message) => !isPlain(message)))).toEqual([])
  },
)

scenario('client says version 4.0 of the protocol over soap', { covers: ['CLNT-06'], needs }, async (target) => {
  const messages = sentEnvelopes(await target.clientUnderTest())
  expect(placesOf(messages.filter((message) => fieldOf(message, 'protocolVersion')?.text !== '4.0'))).toEqual([])
})

scenario(
  'client leaves the request hash to its server over soap',
  { covers: ['SOAP-HDR-22'], needs },
  async (target) => {
    const messages = sentEnvelopes(await target.clientUnderTest())
    expect(placesOf(messages.filter((message) => fieldOf(message, 'requestHash') !== undefined))).toEqual([])
  },
)

scenario('client names users with their country over soap', { covers: ['SOAP-HDR-31'], needs }, async (target) => {
  const client = await target.clientUnderTest()
  const withUser = sentEnvelopes(client).filter((message) => fieldOf(message, 'userId') !== undefined)
  const messages = client.some(withUser, 'call with a userId')
  const hasCountry = (message: SentEnvelope) => /^[A-Z]{2}./.test(fieldOf(message, 'userId')?.text ?? '')
  expect(placesOf(messages.filter((message) => !hasCountry(message)))).toEqual([])
})

/** A client without a subsystem code is a member; the other identifiers have one type each. */
function isTypedAsItIs(message: SentEnvelope): boolean {
  const client = fieldOf(message, 'client')
  const fitting = childOf(client, 'subsystemCode') === undefined ? 'MEMBER' : 'SUBSYSTEM'
  return client === undefined || objectTypeOf(client, message) === fitting
}
