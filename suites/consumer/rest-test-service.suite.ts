import { expect } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import type { Seen } from '../observe/answer.ts'
import { randomNumber } from '../observe/random-number.ts'
import { bodyJson, bodyText, headerValue, headerValues } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// The REST test service of the Finnish environments, called the way the guide says.

function get(target: Target, path: string, method = 'GET'): Promise<Seen> {
  return target.rest({ client: target.client('https') }).get(target.service('random', 'rest'), path, { method })
}

scenario(
  'rest-test/random answered with the headers of x-road',
  { covers: ['RTST-01', 'REST-URL-01'] },
  async (target) => {
    const seen = await get(target, '/random')
    expect(seen).toBeServiceResponse()
    const names = seen.kind === 'response' ? seen.headers.map(([name]) => name.toLowerCase()) : []
    expect(names).toEqual(expect.arrayContaining(['x-road-client', 'x-road-service', 'x-road-id']))
  },
)

scenario('rest-test/random needs no parameters and ignores unknown ones', { covers: ['RTST-02'] }, async (target) => {
  expect(await get(target, '/random')).toBeServiceResponse()
  expect(await get(target, '/random?unknown=1')).toBeServiceResponse()
})

scenario(
  'rest-test/random answers whole numbers from 0 to 100 that differ',
  { covers: ['RTST-03'] },
  async (target) => {
    const numbers: unknown[] = []
    const client = target.client('https')
    await using connection = target.connect({ certificate: target.certificateOf(client) })
    const rest = target.rest({ client, connection })
    for (let n = 0; n < 20; n += 1)
      numbers.push(randomNumber(await rest.get(target.service('random', 'rest'), '/random')))
    expect(numbers.filter((one) => !(Number.isInteger(one) && Number(one) >= 0 && Number(one) <= 100))).toEqual([])
    expect(new Set(numbers).size).toBeGreaterThan(1)
  },
)

scenario('rest-test/random calls its number data', { covers: ['RTST-04'] }, async (target) => {
  const seen = await get(target, '/random')
  expect(seen.kind === 'response' && bodyJson(seen)).toEqual({ data: expect.any(Number) })
})

scenario(
  'rest-test/random over post refused by the service itself',
  { covers: ['RTST-12', 'REST-HDR-38'] },
  async (target) => {
    const seen = await get(target, '/random', 'POST')
    expect(seen).toBeServiceResponse({ status: 405 })
    expect(seen.kind === 'response' && bodyJson(seen)).toMatchObject({
      httpStatus: 405,
      errorMessage: expect.any(String),
    })
  },
)

scenario('rest-test/hello takes a name', { covers: ['RTST-05', 'RTST-06'] }, async (target) => {
  const seen = await get(target, '/hello?name=Ada')
  expect(seen).toBeServiceResponse()
  expect(seen.kind === 'response' && bodyText(seen)).toContain('Ada')
})

scenario('rest-test/hello keeps letters beyond ascii', { covers: ['RTST-06'] }, async (target) => {
  const seen = await get(target, `/hello?name=${encodeURIComponent('Äiti Þórdís 李')}`)
  expect(seen.kind === 'response' && bodyText(seen)).toContain('Äiti Þórdís 李')
})

scenario('rest-test/hello greets by name in its own words', { covers: ['RTST-07'] }, async (target) => {
  const seen = await get(target, '/hello?name=Ada')
  expect(seen.kind === 'response' && bodyJson(seen)).toEqual({ message: 'Hello Ada! Greetings from adapter server!' })
})

for (const [what, path] of [
  ['without name', '/hello'],
  ['with an empty name', '/hello?name='],
  ['with a blank name', '/hello?name=%20'],
] as const) {
  scenario(`rest-test/hello ${what} greets nobody in particular`, { covers: ['RTST-07'] }, async (target) => {
    const seen = await get(target, path)
    expect(seen.kind === 'response' && bodyJson(seen)).toEqual({ message: 'Hello! Greetings from adapter server!' })
  })
}

scenario('rest-test/hello takes a name of 256 characters', { covers: ['RTST-08'] }, async (target) => {
  const seen = await get(target, `/hello?name=${'a'.repeat(256)}`)
  expect(seen.kind === 'response' && bodyText(seen)).toContain('a'.repeat(256))
})

scenario(
  'rest-test/hello refuses a name of 257 characters by itself',
  { covers: ['RTST-08', 'REST-HDR-38'] },
  async (target) => {
    const seen = await get(target, `/hello?name=${'a'.repeat(257)}`)
    expect(seen).toBeServiceResponse({ status: 400 })
    expect(seen.kind === 'response' && bodyJson(seen)).toMatchObject({
      httpStatus: 400,
      errorMessage: expect.any(String),
    })
  },
)

scenario(
  'error of the rest test service passes as it is',
  { covers: ['ERR-REST-19', 'REST-MSG-07', 'REST-HDR-38'] },
  async (target) => {
    const seen = await get(target, '/not-here')
    expect(seen).toBeServiceResponse({ status: 404 })
    expect(seen.kind === 'response' && bodyJson(seen)).toMatchObject({
      httpStatus: 404,
      errorMessage: expect.any(String),
    })
    expect(seen.kind === 'response' && headerValues(seen, 'x-road-error')).toEqual([])
  },
)

scenario('answer names client and service', { covers: ['REST-HDR-07', 'REST-HDR-08'] }, async (target) => {
  const client = target.client('other-tenant')
  const service = target.service('random', 'rest')
  const seen = await target.rest({ client }).get(service, '/random')
  expect(seen.kind === 'response' && headerValue(seen, 'x-road-client')).toBe(formatPath(client))
  expect(seen.kind === 'response' && headerValue(seen, 'x-road-service')).toBe(formatPath(service))
})

scenario('answer returns the message identifier of the caller', { covers: ['REST-HDR-09'] }, async (target) => {
  const seen = await get(target, '/random')
  expect(seen.kind === 'response' && headerValue(seen, 'x-road-id')).toBe(seen.call.messageId)
})

scenario('answer carries the sha-512 of the request', { covers: ['REST-HDR-12'] }, async (target) => {
  const seen = await get(target, '/random')
  const hash = seen.kind === 'response' ? headerValue(seen, 'x-road-request-hash') : undefined
  expect(Buffer.from(hash ?? '', 'base64')).toHaveLength(64)
})

scenario('each request has an identifier of its own', { covers: ['REST-HDR-11'] }, async (target) => {
  const ids = [await get(target, '/random'), await get(target, '/random')].map((seen) => {
    return seen.kind === 'response' ? headerValue(seen, 'x-road-request-id') : undefined
  })
  expect(ids).toEqual([expect.any(String), expect.any(String)])
  expect(new Set(ids).size).toBe(2)
})
