import { expect, test } from 'vitest'
import type { Exchange } from '../../fixtures/exchange.ts'
import { placeOf } from './place-of-call.ts'

test.for([
  ['/', '/'],
  ['/listClients?instance=A', '/listClients?…'],
  ['/r1/A/GOV/1/people/persons', '/r1/A/GOV/1/people/persons'],
  ['/r1/A/GOV/1/people/persons/010100A000X/pets', '/r1/A/GOV/1/people/persons/…'],
  ['/r1/A/GOV/1/people/persons/010100A000X?name=Ada', '/r1/A/GOV/1/people/persons/…?…'],
  ['/r1/A/GOV/1/people/persons?path=/r1/A', '/r1/A/GOV/1/people/persons?…'],
  ['/r1/people/persons', '/r1/people/persons'],
])('of a call of %s is told %s', ([target, told]) => {
  const body = { length: 0, base64: '' }
  const request: Exchange['request'] = { method: 'GET', target: target ?? '', headers: [], body }
  const exchange: Exchange = {
    ...{ number: 7, connection: 1, server: 'ss1', listener: 'https', protocol: 'rest' },
    ...{ request, providerCalls: [] },
  }
  expect(placeOf(exchange)).toBe(`call 7: GET ${told}`)
})
