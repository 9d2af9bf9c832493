import { expect, test } from 'vitest'
import { compareOutcomes } from './compare.ts'
import type { Header, NormalisedBody, NormalisedProviderRequest, Outcomes } from './golden-case.ts'
import { describeText } from './normalise-body.ts'

const plain = { tags: [], volatile: [] }
const json: Header[] = [['Content-Type', 'application/json']]

function answered(
  body: NormalisedBody,
  headers: readonly Header[] = json,
  provider: NormalisedProviderRequest[] = [],
): Outcomes {
  return { exchanges: [{ outcome: 'complete', status: 200, closed: false, headers, body }], provider, events: [] }
}

function paths(expected: Outcomes, actual: Outcomes, golden: { tags: string[]; volatile: string[] } = plain): string[] {
  return compareOutcomes(golden, expected, actual).map(({ path }) => path)
}

const call: NormalisedProviderRequest = {
  line: 'GET /x HTTP/1.1',
  headers: [['A', '1']],
  framing: 'none',
  complete: true,
  connection: 0,
  body: { kind: 'empty' },
}

test('headers are a set: order, letter case and those of the connection are free, values are not', () => {
  const expected = answered({ kind: 'empty' }, [
    ['A', '1'],
    ['Content-Type', 'text/xml; charset=utf-8'],
    ['Connection', 'close'],
  ])
  const same = answered({ kind: 'empty' }, [
    ['content-type', 'text/xml;charset=utf-8'],
    ['a', '1'],
  ])
  const twice = answered({ kind: 'empty' }, [
    ['content-type', 'text/xml;charset=utf-8'],
    ['a', '1'],
    ['a', '1'],
  ])
  expect(paths(expected, same)).toEqual([])
  expect(paths(expected, twice)).toEqual(['answer 1 headers'])
})

test('a body of the server is compared after parsing, one of a provider byte by byte', () => {
  const one = describeText('{"service":[{"a":1},{"b":2}]}', json)
  const other = describeText('{"service": [{"b":2},{"a":1}]}', json)
  expect(paths(answered(one), answered(other))).toEqual([])
  expect(paths(answered(one), answered(describeText('{"service":[{"a":1}]}', json)))).toHaveLength(1)
  expect(paths(answered(one, json, [call]), answered(other, json, [call]))).toHaveLength(1)
})

test('XML of the server: prefixes and layout are free, names and texts are not', () => {
  const xml: Header[] = [['Content-Type', 'text/xml']]
  const expected = answered(describeText('<a:x xmlns:a="u"><a:y>1</a:y><a:id><uuid></a:id></a:x>', xml), xml)
  const same = answered(describeText('<x xmlns="u">\n <y>&#49;</y>\n <id><uuid></id>\n</x>', xml), xml)
  const foreign = answered(describeText('<x xmlns="v"><y>1</y><id><uuid></id></x>', xml), xml)
  expect(paths(expected, same)).toEqual([])
  expect(paths(expected, foreign)).toHaveLength(1)
})

test('of an error code and message count, and a volatile message does not', () => {
  const headers: Header[] = [...json, ['X-Road-Error', 'c']]
  const error = (message: string) => answered(describeText(`{"type":"c","message":"${message}"}`, headers), headers)
  expect(paths(error('a'), error('b'))).toEqual(['answer 1 message'])
  expect(paths(error('a'), error('b'), { tags: [], volatile: ['message'] })).toEqual([])
})

test('what the provider received counts, and how often it was called', () => {
  const body: NormalisedBody = { kind: 'empty' }
  const other = { ...call, line: 'GET /y HTTP/1.1', tls: { listener: 'https', clientCertificate: 'server-internal' } }
  expect(paths(answered(body, json, [call]), answered(body, json, []))).toEqual(['provider calls'])
  expect(paths(answered(body, json, [call]), answered(body, json, [other]))).toEqual([
    'call 1 line',
    'call 1 client certificate presented',
  ])
})
