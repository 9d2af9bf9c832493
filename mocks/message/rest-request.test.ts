import { describe, expect, test } from 'vitest'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { findProfile } from '../../fixtures/profiles.ts'
import { parseRestRequest } from './rest-request.ts'

const path = '/r1/FI/GOV/1/Provider/service'
const client: RawHeader = ['X-Road-Client', 'FI/GOV/1/Client']

describe('the target of a REST message', () => {
  test.for([
    [path, '', undefined],
    [`${path}/`, '/', undefined],
    [`${path}?`, '', ''],
    [`${path}/a%2Fb//..?x=%zz&y=|#f`, '/a%2Fb//..', 'x=%zz&y=|'],
  ] as const)('%s', ([target, servicePath, query]) => {
    expect(parse({ target })).toMatchObject({ servicePath, query, service: { serviceCode: 'service' } })
  })

  test('names parts that are decoded once', () => {
    const { service } = parse({ target: '/r1/FI/GOV/a%2Fb/%C3%84%2525/s:1' })
    expect(service).toMatchObject({ provider: { memberCode: 'a/b', subsystemCode: 'Ä%25' }, serviceCode: 's:1' })
  })

  test.for([
    ['/r1/FI/GOV/1/Provider', 'Invalid request URI'],
    ['/r1/', 'Invalid request URI'],
    [`${path.slice(0, -7)}`, "'serviceCode' must not be blank"],
    ['/r1/FI/GOV/1/%20/service', "'subsystemCode' must not be blank"],
    ['/r1/FI/GOV/1/a b/service', 'Invalid character in path segment'],
    ['/r1/FI/GOV/1/a%4/service', 'Incomplete percent encoding'],
    ['/r1/FI/GOV/1/a%4x/service', 'Invalid percent encoding'],
  ] as const)('%s is none: %s', ([target, message]) => {
    expect(() => parse({ target })).toThrow(message)
  })
})

describe('the headers of a REST message', () => {
  test('go on in order, but for those of a connection and those that a server makes itself', () => {
    const kept: RawHeader[] = [
      ['X-Road-Client', 'FI/GOV/1/First'],
      ['x-road-client', 'FI/GOV/1/Last'],
      ['X-ROAD-ID', '1'],
      ['Proxy-Connection', 'keep-alive'],
      ['X-Road-Service', 'forged'],
    ]
    const dropped = [
      'Host',
      'TE',
      'trailer',
      'Expect',
      'User-Agent',
      'Content-Length',
      'X-Road-Request-Id',
      'x-road-request-hash',
    ]
    const headers = [...kept.slice(0, 2), ...dropped.map((name): RawHeader => [name, 'x']), ...kept.slice(2)]
    const request = parse({ headers })
    expect(request.headers).toEqual(kept)
    expect(request).toMatchObject({ client: { subsystemCode: 'Last' }, id: '1' })
  })

  test('may name a member, no client, and a server', () => {
    expect(parse({ headers: [['X-Road-Client', 'FI/GOV/1']] }).client).toMatchObject({ kind: 'member' })
    expect(parse({ headers: [] })).toMatchObject({ client: undefined, id: undefined, securityServer: undefined })
    const headers: RawHeader[] = [['X-Road-Security-Server', 'FI/GOV/1/ss%201']]
    expect(parse({ headers }).securityServer).toMatchObject({ serverCode: 'ss 1' })
  })

  test.for([
    ['X-Road-Client', '', 'Invalid Client Id'],
    ['X-Road-Client', 'FI/GOV', 'Invalid Client Id'],
    ['X-Road-Client', 'FI/GOV/1/A/B', 'Invalid Client Id'],
    ['X-Road-Client', 'FI//1', "'memberClass' must not be blank"],
    ['X-Road-Client', 'FI/GOV/1/', "'subsystemCode' must not be blank"],
    ['X-Road-Client', 'FI/GOV/\xc3\xa4', 'Invalid character in path segment'],
    ['X-Road-Client', 'FI/GOV/%', 'Incomplete percent encoding'],
    ['X-Road-Security-Server', 'FI/GOV/1', 'Invalid SecurityServer Id'],
    ['X-Road-Represented-Party', 'a/b/c', 'Invalid RepresentedParty Id'],
    ['X-Road-Represented-Party', 'a/%zz', 'Invalid percent encoding'],
  ] as const)('%s: %j is refused: %s', ([name, value, message]) => {
    expect(() => parse({ headers: [[name, value]] })).toThrow(message)
  })

  test.for(['', 'a', '/', 'COM/1'])('the represented party may be %j', (party) => {
    expect(() => parse({ headers: [['X-Road-Represented-Party', party]] })).not.toThrow()
  })
})

test('an unknown verb is noticed first', () => {
  expect(() => parse({ method: 'get', target: '/r1/', headers: [['X-Road-Client', '']] })).toThrow(
    'No enum constant ee.ria.xroad.common.message.RestRequest.Verb.get',
  )
})

function parse(request: { method?: string; target?: string; headers?: readonly RawHeader[] }) {
  const { method = 'GET', target = path, headers = [client] } = request
  const profile = findProfile('7.8')
  if (profile === undefined) throw new Error('no profile 7.8')
  return parseRestRequest(method, target, headers, profile.quirks)
}
