import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import { isEncodedQuery, isEncodedSegment } from './percent-encoding.ts'
import { placeOf } from './place-of-call.ts'
import { queryOf, serviceSegments, uriOf } from './rest-target.ts'

// The addresses that an information system calls over REST, judged by the calls that it made.
const needs = ['client'] as const

scenario('client names a whole service in its path over rest', { covers: ['CLNT-02'], needs }, async (target) => {
  const calls = (await target.clientUnderTest()).callsOver('rest')
  const isWhole = (names: readonly string[]) => names.length === 5 && names.every((name) => name !== '')
  expect(calls.filter((call) => !isWhole(serviceSegments(call))).map(placeOf)).toEqual([])
})

scenario(
  'client encodes each part of an identifier by itself over rest',
  { covers: ['REST-URL-09'], needs },
  async (target) => {
    const calls = (await target.clientUnderTest()).callsOver('rest')
    const isOne = (name: string) => isEncodedSegment(name) && !/%2F/i.test(name)
    expect(calls.filter((call) => !serviceSegments(call).every(isOne)).map(placeOf)).toEqual([])
  },
)

scenario('client calls addresses of bounded length over rest', { covers: ['REST-URL-12'], needs }, async (target) => {
  const calls = (await target.clientUnderTest()).callsOver('rest')
  expect(calls.filter((call) => uriOf(call).length > 2000).map(placeOf)).toEqual([])
})

scenario('client encodes its queries over rest', { covers: ['REST-URL-17'], needs }, async (target) => {
  const client = await target.clientUnderTest()
  const withQuery = client.callsOver('rest').filter((call) => queryOf(call) !== undefined)
  const calls = client.some(withQuery, 'call over REST with a query')
  expect(calls.filter((call) => !isEncodedQuery(queryOf(call) ?? '')).map(placeOf)).toEqual([])
})
