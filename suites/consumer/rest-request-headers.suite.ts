import { expect } from 'vitest'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { scenario } from '../scenario.ts'
import { passRest, receivedValues } from '../target/pass-rest.ts'

// Which headers of a caller reach the provider, and that they do so as they are.
const needs = ['control'] as const

for (const [requirement, what, name, value] of [
  ['REST-HDR-18', 'media type with quoted charset', 'Content-Type', 'application/vnd.x+json; charset="utf-8"'],
  ['REST-HDR-21', 'list of accepted types', 'Accept', 'application/xml;q=0.9, */*;q=0.1'],
  ['REST-HDR-25', 'header of the caller', 'X-Powered-By', 'PHP/5.2.17'],
  ['REST-HDR-25', 'long header', 'X-Long', 'long'.repeat(1024)],
  ['REST-HDR-25', 'authorization', 'Authorization', 'Bearer a.b-c_d'],
  ['REST-HDR-25', 'cookie', 'Cookie', 'a=b; c="d e"'],
  ['REST-HDR-27', 'cache control', 'Cache-Control', 'no-cache, max-age=0'],
  ['REST-HDR-27', 'pragma', 'Pragma', 'no-cache'],
  ['REST-HDR-27', 'entity tag', 'If-None-Match', '"abc", W/"def"'],
  ['REST-HDR-39', 'unknown header of x-road', 'X-Road-Foo', '1'],
  ['REST-HDR-39', 'user and issue', 'X-Road-Issue', '1/2-3'],
] as const) {
  scenario(`${what} reaches the provider as it is (${name})`, { covers: [requirement], needs }, async (target) => {
    const passage = await passRest(target, { method: 'POST', headers: [[name, value]], body: '{}' })
    expect(passage.seen).toBeServiceResponse()
    expect(receivedValues(passage, name)).toEqual([value])
  })
}

scenario('post without media type reaches the provider without', { covers: ['REST-HDR-20'], needs }, async (target) => {
  const passage = await passRest(target, { method: 'POST', body: 'plain' })
  expect(passage.seen).toBeServiceResponse()
  expect(passage.received.method).toBe('POST')
  expect(receivedValues(passage, 'content-type')).toEqual([])
})

scenario(
  'headers reach the provider in their order, repeated ones too',
  { covers: ['REST-HDR-25'], needs },
  async (target) => {
    const headers: RawHeader[] = [
      ['X-Zebra', 'one'],
      ['X-Note', 'two, three'],
      ['X-Apple', 'four'],
      ['X-Note', 'five'],
    ]
    const { received } = await passRest(target, { headers })
    const names = new Set(headers.map(([name]) => name))
    expect(received.headers.filter(([name]) => names.has(name))).toEqual(headers)
  },
)

scenario('same question twice reaches the provider twice', { covers: ['REST-HDR-27'], needs }, async (target) => {
  const { seen } = await passRest(target, { path: '/cached' })
  const { calls } = await passRest(target, { path: '/cached', messageId: seen.call.messageId ?? '' })
  expect(calls).toHaveLength(2)
})

for (const [name, value] of [
  ['Connection', 'keep-alive, X-Marker'],
  ['Keep-Alive', 'timeout=77'],
  ['Proxy-Authenticate', 'Basic realm="marker"'],
  ['Proxy-Authorization', 'Basic bWFya2Vy'],
  ['TE', 'trailers'],
  ['Trailer', 'X-Marker'],
  ['Upgrade', 'marker/1'],
] as const) {
  scenario(
    `header between neighbours stays with the caller: ${name}`,
    { covers: ['REST-HDR-28'], needs },
    async (target) => {
      const passage = await passRest(target, { headers: [[name, value]], raw: true })
      expect(passage.seen).toBeServiceResponse()
      expect(receivedValues(passage, name)).not.toContain(value)
    },
  )
}

scenario('provider is called by its own host', { covers: ['REST-HDR-30'], needs }, async (target) => {
  const passage = await passRest(target, { headers: [['Host', 'caller.example']], raw: true })
  expect(passage.seen).toBeServiceResponse()
  expect(receivedValues(passage, 'host')).toEqual(receivedValues(await passRest(target), 'host'))
})

scenario('user agent stays with the caller', { covers: ['REST-HDR-31'], needs }, async (target) => {
  const passage = await passRest(target, { headers: [['User-Agent', 'marker/1']] })
  expect(passage.seen).toBeServiceResponse()
  expect(receivedValues(passage, 'user-agent').join()).not.toContain('marker')
})

scenario('expectation of 100-continue leads to a final answer', { covers: ['REST-HDR-33'], needs }, async (target) => {
  const headers = [['Expect', '100-continue']] as const
  const passage = await passRest(target, { method: 'POST', headers, body: 'expected', raw: true })
  expect(passage.seen).toBeServiceResponse()
  expect(Buffer.from(passage.calls[0]?.body.base64 ?? '', 'base64').toString()).toBe('expected')
})

scenario('preflight is a call like any other', { covers: ['REST-HDR-35'], needs }, async (target) => {
  const headers = [
    ['Origin', 'https://browser.example'],
    ['Access-Control-Request-Method', 'POST'],
  ] as const
  const passage = await passRest(target, { method: 'OPTIONS', headers })
  expect(passage.received.method).toBe('OPTIONS')
  const names = passage.seen.kind === 'response' ? passage.seen.headers.map(([name]) => name.toLowerCase()) : []
  expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([])
})

scenario('preflight without client refused', { covers: ['REST-HDR-35'] }, async (target) => {
  const headers = [['Origin', 'https://browser.example']] as const
  const seen = await target
    .rest({ client: target.client('https') })
    .get(target.service('random', 'rest'), '/random', { method: 'OPTIONS', clientHeaders: [], headers })
  expect(seen).toBeFault('clientMissing')
})
