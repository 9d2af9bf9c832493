import { expect } from 'vitest'
import { mediaType } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { placeOf } from './place-of-call.ts'
import { pathOf } from './rest-target.ts'
import { sentEnvelopes } from './sent-message.ts'

// How an information system hands over its messages over SOAP.
const needs = ['client'] as const

scenario('client posts its messages to the root over soap', { covers: ['CLNT-01'], needs }, async (target) => {
  const calls = (await target.clientUnderTest()).callsOver('soap')
  const isAtRoot = (call: (typeof calls)[number]) => call.request.method === 'POST' && pathOf(call) === '/'
  expect(calls.filter((call) => !isAtRoot(call)).map(placeOf)).toEqual([])
})

scenario(
  'client sends its messages in the type of soap 1.1 over soap',
  { covers: ['CLNT-01'], needs },
  async (target) => {
    const calls = (await target.clientUnderTest()).callsOver('soap')
    const types = ['text/xml', 'multipart/related']
    const posts = calls.filter(({ request }) => request.method === 'POST')
    expect(posts.filter(({ request }) => !types.includes(mediaType(request).type)).map(placeOf)).toEqual([])
  },
)

scenario('client states the charset of its messages over soap', { covers: ['SOAP-MSG-19'], needs }, async (target) => {
  const messages = sentEnvelopes(await target.clientUnderTest())
  expect(messages.filter(({ part }) => !mediaType(part).charset).map(({ call }) => placeOf(call))).toEqual([])
})
