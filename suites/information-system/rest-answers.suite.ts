import { expect } from 'vitest'
import type { Seen } from '../observe/answer.ts'
import { bodyText } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// What an information system answers to REST calls: it is called directly, as a security server calls it.

scenario('information system sets no x-road header', { covers: ['REST-HDR-17'] }, async (target) => {
  for (const path of ['/random', '/no-such-path']) {
    const seen = await get(target, path)
    const names = seen.kind === 'response' ? seen.headers.map(([name]) => name.toLowerCase()) : ['no answer']
    expect(names.filter((name) => name === 'no answer' || name.startsWith('x-road-'))).toEqual([])
  }
})

scenario('information system answers get with 200', { covers: ['REST-MSG-13'] }, async (target) => {
  expect(statusOf(await get(target, '/random'))).toBe(200)
})

scenario('information system answers an unknown path with an error', { covers: ['REST-MSG-14'] }, async (target) => {
  const status = statusOf(await get(target, '/no-such-path'))
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
})

scenario('information system describes a rest service with openapi 3', { covers: ['REST-MSG-15'] }, async (target) => {
  const { id } = target.described('openapi')
  await using line = target.provider(id)
  const seen = await target.rest({ client: target.client('https'), connection: line }).send(line.descriptionPath)
  expect(seen.kind === 'response' ? bodyText(seen) : '').toMatch(/^\s*\{?\s*["']?openapi["']?\s*:\s*["']?3\./m)
})

async function get(target: Target, path: string): Promise<Seen> {
  await using line = target.provider(target.service('random', 'rest'))
  return await target.rest({ client: target.client('https'), connection: line }).send(line.path + path)
}

function statusOf(seen: Seen): number {
  return seen.kind === 'response' ? seen.status : 0
}
