import { expect } from 'vitest'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { restRequestHash } from '../observe/rest-request-hash.ts'
import { scenario } from '../scenario.ts'
import { answeredValues, passRest } from '../target/pass-rest.ts'

// The hash of the request, computed anew from what the provider received. Accept-Encoding is sent, so that none is added.
const needs = ['control'] as const
const headers: readonly RawHeader[] = [
  ['Accept-Encoding', 'identity'],
  ['X-Note', 'first'],
  ['X-Note', 'second'],
]
const body = Buffer.from('{"letters":"äö","bytes":"\u0000"}')

for (const method of ['GET', 'DELETE', 'OPTIONS']) {
  scenario(
    `request hash without a body is that of request line and headers (${method})`,
    { covers: ['REST-HDR-14'], needs },
    async (target) => {
      const passage = await passRest(target, { method, path: '/a%2Fb?c=d', headers })
      const expected = restRequestHash(method, passage.seen.call.target, passage.received.headers)
      expect(answeredValues(passage, 'x-road-request-hash')).toEqual([expected])
    },
  )
}

for (const method of ['POST', 'PUT', 'PATCH']) {
  scenario(
    `request hash with a body is that of both digests (${method})`,
    { covers: ['REST-HDR-14'], needs },
    async (target) => {
      const passage = await passRest(target, { method, headers, body })
      const expected = restRequestHash(method, passage.seen.call.target, passage.received.headers, body)
      expect(answeredValues(passage, 'x-road-request-hash')).toEqual([expected])
    },
  )
}

scenario(
  'request hash covers a message identifier that was made',
  { covers: ['REST-HDR-14', 'REST-HDR-10'], needs },
  async (target) => {
    const passage = await passRest(target, { headers, idHeaders: [] })
    const [made = ''] = answeredValues(passage, 'x-road-id')
    const call = (await target.control.received(made)).at(-1)
    const expected = restRequestHash('GET', passage.seen.call.target, call?.headers ?? [])
    expect(answeredValues(passage, 'x-road-request-hash')).toEqual([expected])
  },
)

scenario(
  'request hash of a post with an empty body is that of one without',
  { covers: ['REST-HDR-14'], needs },
  async (target) => {
    const passage = await passRest(target, { method: 'POST', headers })
    const expected = restRequestHash('POST', passage.seen.call.target, passage.received.headers)
    expect(answeredValues(passage, 'x-road-request-hash')).toEqual([expected])
  },
)
