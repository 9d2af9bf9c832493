import { expect } from 'vitest'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { scriptedAnswer } from '../client/scripted-answer.ts'
import { scenario } from '../scenario.ts'
import { answeredValues, passRest } from '../target/pass-rest.ts'

// Which headers of a provider reach the caller, and that they do so as they are.
const needs = ['control'] as const

for (const [requirement, what, name, value] of [
  ['REST-HDR-19', 'media type with a parameter', 'Content-Type', 'text/csv; header=present'],
  ['REST-HDR-19', 'media type with quoted charset', 'Content-Type', 'application/json; charset="iso-8859-1"'],
  ['REST-HDR-26', 'header of the provider', 'X-Powered-By', 'PHP/5.2.17'],
  ['REST-HDR-26', 'long header', 'X-Long', 'long'.repeat(1024)],
  ['REST-HDR-27', 'cache control', 'Cache-Control', 'no-store, max-age=0'],
  ['REST-HDR-27', 'entity tag', 'ETag', '"abc"'],
  ['REST-HDR-27', 'age', 'Age', '77'],
] as const) {
  scenario(`${what} reaches the caller as it is (${name})`, { covers: [requirement], needs }, async (target) => {
    const passage = await passRest(target, { answer: scriptedAnswer({ headers: [[name, value]] }) })
    expect(answeredValues(passage, name)).toEqual([value])
  })
}

scenario(
  'repeated headers of a provider reach the caller one by one',
  { covers: ['REST-HDR-26'], needs },
  async (target) => {
    // Security servers keep cookies; these are for no path that anybody asks for.
    const headers: RawHeader[] = [
      ['Set-Cookie', 'a=b; Path=/nowhere'],
      ['X-Note', 'one, two'],
      ['Set-Cookie', 'c=d; Path=/nowhere'],
      ['X-Note', 'three'],
    ]
    const passage = await passRest(target, { answer: scriptedAnswer({ headers }) })
    expect(answeredValues(passage, 'set-cookie')).toEqual(['a=b; Path=/nowhere', 'c=d; Path=/nowhere'])
    expect(answeredValues(passage, 'x-note')).toEqual(['one, two', 'three'])
  },
)

for (const [name, value] of [
  ['Keep-Alive', 'timeout=77'],
  ['Proxy-Authenticate', 'Basic realm="marker"'],
  ['Trailer', 'X-Marker'],
  ['Upgrade', 'marker/1'],
] as const) {
  scenario(
    `header between neighbours stays with the provider: ${name}`,
    { covers: ['REST-HDR-29'], needs },
    async (target) => {
      const passage = await passRest(target, { answer: scriptedAnswer({ headers: [[name, value]], body: 'answered' }) })
      expect(passage.seen).toBeServiceResponse()
      expect(answeredValues(passage, name)).not.toContain(value)
    },
  )
}

scenario('name of the provider server stays with the provider', { covers: ['REST-HDR-32'], needs }, async (target) => {
  const passage = await passRest(target, { answer: scriptedAnswer({ headers: [['Server', 'secret/1']] }) })
  expect(passage.seen).toBeServiceResponse()
  expect(answeredValues(passage, 'server').join()).not.toContain('secret')
})

for (const [what, headers] of [
  ['gives one', [['Date', 'Thu, 01 Jan 1970 00:00:00 GMT']]],
  ['gives none', []],
] as const) {
  scenario(
    `answer has a single date where the provider ${what}`,
    { covers: ['REST-HDR-40'], needs },
    async (target) => {
      const passage = await passRest(target, { answer: scriptedAnswer({ headers }) })
      expect(answeredValues(passage, 'date')).toHaveLength(1)
    },
  )
}

for (const status of [400, 404, 500, 503]) {
  scenario(
    `error ${status} of a provider has no x-road-error`,
    { covers: ['REST-HDR-38', 'ERR-REST-19'], needs },
    async (target) => {
      const body = '{"code":17,"text":"Not today"}'
      const answer = scriptedAnswer({ status, headers: [['Content-Type', 'application/json']], body })
      const passage = await passRest(target, { answer })
      expect(passage.seen).toBeServiceResponse({ status })
      expect(answeredValues(passage, 'x-road-error')).toEqual([])
      expect(passage.seen.kind === 'response' && passage.seen.body.toString()).toBe(body)
    },
  )
}

scenario('refusal of a security server has x-road-error', { covers: ['REST-HDR-38'] }, async (target) => {
  const service = target.service('closed', 'rest')
  const seen = await target.rest({ client: target.client('https') }).get(service, '/random')
  expect(answeredValues({ seen }, 'x-road-error')).toEqual([expect.stringMatching(/access_?denied$/i)])
})
