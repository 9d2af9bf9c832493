import { expect } from 'vitest'
import { scriptedAnswer } from '../client/scripted-answer.ts'
import type { Seen } from '../observe/answer.ts'
import { scenario } from '../scenario.ts'
import { answeredValues, passRest } from '../target/pass-rest.ts'

// Methods on the way to the provider, statuses on the way back.
const needs = ['control'] as const

for (const method of ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']) {
  scenario(`method ${method} reaches the provider`, { covers: ['REST-MSG-01'], needs }, async (target) => {
    const { seen, received } = await passRest(target, { method, raw: true })
    expect(seen).toBeServiceResponse()
    expect(received.method).toBe(method)
  })
}

for (const method of ['PROPFIND', 'get']) {
  scenario(
    `method ${method} reaches no provider`,
    { covers: ['REST-MSG-01', 'ERR-REST-05'], needs },
    async (target) => {
      const { seen, calls } = await passRest(target, { method, raw: true })
      expect(seen).toBeFault('verbUnknown', { text: { method } })
      expect(calls).toEqual([])
    },
  )
}

scenario('several rest requests on one connection answered', { covers: ['REST-MSG-06'], needs }, async (target) => {
  const client = target.client('https')
  await using connection = target.connect({ certificate: target.certificateOf(client) })
  for (const path of ['/first', '/second', '/third']) {
    const { seen, received } = await passRest(target, { path, approach: { client, connection } })
    expect(seen).toBeServiceResponse()
    expect(received.target).toContain(path)
  }
})

for (const status of [200, 201, 299, 400, 401, 404, 405, 418, 500, 503]) {
  scenario(
    `status ${status} of a provider passes with its body`,
    { covers: ['REST-MSG-07'], needs },
    async (target) => {
      const body = `the provider's own words for ${status}`
      const answer = scriptedAnswer({ status, reason: 'Whatever', headers: [['Content-Type', 'text/plain']], body })
      const { seen } = await passRest(target, { answer })
      expect(seen).toBeServiceResponse({ status })
      expect(textOf(seen)).toBe(body)
    },
  )
}

for (const status of [204, 304]) {
  scenario(
    `status ${status} of a provider passes without a body`,
    { covers: ['REST-MSG-07', 'REST-HDR-27'], needs },
    async (target) => {
      const answer = scriptedAnswer({ status, headers: [['ETag', '"abc"']] })
      const passage = await passRest(target, { answer })
      expect(passage.seen).toBeServiceResponse({ status })
      expect(answeredValues(passage, 'etag')).toEqual(['"abc"'])
      expect(textOf(passage.seen)).toBe('')
    },
  )
}

for (const status of [301, 302, 303, 307, 308]) {
  scenario(`redirect ${status} passes and is not followed`, { covers: ['REST-MSG-08'], needs }, async (target) => {
    const location = '/script/elsewhere?a=b'
    const answer = scriptedAnswer({ status, reason: 'Elsewhere', headers: [['Location', location]], body: 'elsewhere' })
    const passage = await passRest(target, { answer, path: '/here' })
    expect(passage.seen).toBeServiceResponse({ status })
    expect(answeredValues(passage, 'location')).toEqual([location])
    expect(passage.calls.map(({ line }) => line)).toEqual([expect.stringContaining('/here')])
  })
}

scenario(
  'interim answer of a provider is not the final one',
  { covers: ['REST-MSG-05', 'REST-MSG-06'], needs },
  async (target) => {
    const final = 'HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ndone'
    const { seen } = await passRest(target, {
      answer: { actions: [{ send: `HTTP/1.1 102 Processing\r\n\r\n${final}` }] },
    })
    expect(seen).toBeServiceResponse({ status: 201 })
    expect(textOf(seen)).toBe('done')
  },
)

scenario('caller waits for the answer of a slow provider', { covers: ['REST-MSG-05'], needs }, async (target) => {
  const answer = scriptedAnswer({ headers: [['Content-Type', 'text/plain']], body: 'late', after: 500 })
  const { seen, calls } = await passRest(target, { answer })
  expect(seen).toBeServiceResponse()
  expect(textOf(seen)).toBe('late')
  expect(calls).toHaveLength(1)
})

function textOf(seen: Seen): string {
  return seen.kind === 'response' ? seen.body.toString() : ''
}
