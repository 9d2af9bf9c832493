import { expect } from 'vitest'
import type { Exchange } from '../../fixtures/exchange.ts'
import { headerValue, headerValues, mediaType } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { isEncodedSegment } from './percent-encoding.ts'
import { placeOf } from './place-of-call.ts'

// What an information system says in the headers of its calls over REST; other headers are its own affair.
const needs = ['client'] as const

const clientsOf = ({ request }: Exchange) => headerValues(request, 'x-road-client')
const has =
  (name: string) =>
  ({ request }: Exchange) =>
    headerValues(request, name).length > 0

scenario('client says who it is over rest', { covers: ['CLNT-03'], needs }, async (target) => {
  const calls = (await target.clientUnderTest()).callsOver('rest')
  const namesOne = (value: string) => /^[^/]+(?:\/[^/]+){2,3}$/.test(value)
  expect(calls.filter((call) => !clientsOf(call).some(namesOne)).map(placeOf)).toEqual([])
})

scenario('client says but once who it is over rest', { covers: ['REST-HDR-04'], needs }, async (target) => {
  const calls = (await target.clientUnderTest()).callsOver('rest')
  expect(calls.filter((call) => clientsOf(call).length > 1).map(placeOf)).toEqual([])
})

scenario(
  'client encodes the parts of its own identifier over rest',
  { covers: ['REST-HDR-03'], needs },
  async (target) => {
    const client = await target.clientUnderTest()
    const calls = client.some(client.callsOver('rest').filter(has('x-road-client')), 'call with X-Road-Client')
    const isEncoded = (value: string) => value.split('/').every(isEncodedSegment)
    expect(calls.filter((call) => !clientsOf(call).every(isEncoded)).map(placeOf)).toEqual([])
  },
)

scenario(
  'client leaves the request hash to its server over rest',
  { covers: ['REST-HDR-16'], needs },
  async (target) => {
    const calls = (await target.clientUnderTest()).callsOver('rest')
    expect(calls.filter(has('x-road-request-hash')).map(placeOf)).toEqual([])
  },
)

scenario('client says what type it accepts over rest', { covers: ['REST-HDR-24'], needs }, async (target) => {
  const calls = (await target.clientUnderTest()).callsOver('rest')
  expect(calls.filter((call) => !has('accept')(call)).map(placeOf)).toEqual([])
})

scenario('client says what type it sends over rest', { covers: ['REST-HDR-23'], needs }, async (target) => {
  const client = await target.clientUnderTest()
  const calls = client.some(client.callsOver('rest').filter(hasBody), 'call over REST with a body')
  expect(calls.filter((call) => !has('content-type')(call)).map(placeOf)).toEqual([])
})

scenario(
  'client states the charset of the text that it sends over rest',
  { covers: ['REST-HDR-23'], needs },
  async (target) => {
    const client = await target.clientUnderTest()
    const isText = ({ request }: Exchange) => mediaType(request).type.startsWith('text/')
    const texts = client.callsOver('rest').filter((call) => hasBody(call) && isText(call))
    const calls = client.some(texts, 'call over REST with a text')
    expect(calls.filter(({ request }) => !mediaType(request).charset).map(placeOf)).toEqual([])
  },
)

scenario('client names users with their country over rest', { covers: ['REST-HDR-36'], needs }, async (target) => {
  const client = await target.clientUnderTest()
  const calls = client.some(client.callsOver('rest').filter(has('x-road-userid')), 'call with X-Road-UserId')
  const hasCountry = ({ request }: Exchange) => /^[A-Z]{2}./.test(headerValue(request, 'x-road-userid') ?? '')
  expect(calls.filter((call) => !hasCountry(call)).map(placeOf)).toEqual([])
})

scenario(
  'client begins the party that it represents with no slash over rest',
  { covers: ['EXT-REPR-06'], needs },
  async (target) => {
    const client = await target.clientUnderTest()
    const header = 'x-road-represented-party'
    const calls = client.some(client.callsOver('rest').filter(has(header)), 'call with X-Road-Represented-Party')
    const begins = ({ request }: Exchange) => headerValues(request, header).some((value) => value.startsWith('/'))
    expect(calls.filter(begins).map(placeOf)).toEqual([])
  },
)

/** Whether a body was announced: of a call that was refused at once it was never read. */
function hasBody(call: Exchange): boolean {
  return has('transfer-encoding')(call) || Number(headerValue(call.request, 'content-length') ?? 0) > 0
}
