import { expect } from 'vitest'
import type { Seen } from '../observe/answer.ts'
import { bodyText, mediaType } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { askRestProvider, fetchDescription } from '../target/ask-provider.ts'

// What an information system answers to REST calls: it is called directly, as a security server calls it.
const needs = ['provider'] as const

scenario('information system sets no x-road header', { covers: ['REST-HDR-17'], needs }, async (target) => {
  for (const path of [undefined, '/no-such-path']) {
    const seen = await askRestProvider(target, path)
    const names = seen.kind === 'response' ? seen.headers.map(([name]) => name.toLowerCase()) : ['no answer']
    expect(names.filter((name) => name === 'no answer' || name.startsWith('x-road-'))).toEqual([])
  }
})

scenario('information system answers get with 200', { covers: ['REST-MSG-13'], needs }, async (target) => {
  expect(statusOf(await askRestProvider(target))).toBe(200)
})

scenario(
  'information system answers an unknown path with an error',
  { covers: ['REST-MSG-14'], needs },
  async (target) => {
    const status = statusOf(await askRestProvider(target, '/no-such-path'))
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  },
)

scenario('information system says of what type its answers are', { covers: ['PROV-14'], needs }, async (target) => {
  for (const path of [undefined, '/no-such-path']) {
    const seen = await askRestProvider(target, path)
    expect(seen.kind).toBe('response')
    expect(seen.kind === 'response' && (seen.body.length === 0 || mediaType(seen).type)).not.toBe('')
  }
})

scenario('information system takes escapes in paths and queries', { covers: ['PROV-23'], needs }, async (target) => {
  const status = statusOf(await askRestProvider(target, '/a%2Fb?x=1&x=2'))
  expect(status).toBeGreaterThanOrEqual(200)
  expect(status).toBeLessThan(500)
  expect(status).not.toBe(400)
})

scenario(
  'information system describes a rest service with openapi 3',
  { covers: ['REST-MSG-15', 'PROV-11'], needs },
  async (target) => {
    const seen = await fetchDescription(target, target.judged('openapi'))
    expect(statusOf(seen)).toBe(200)
    expect(seen.kind === 'response' ? bodyText(seen) : '').toMatch(/^\s*\{?\s*["']?openapi["']?\s*:\s*["']?3\./m)
  },
)

function statusOf(seen: Seen): number {
  return seen.kind === 'response' ? seen.status : 0
}
