import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import { parseFault } from '../observe/fault.ts'
import { scenario } from '../scenario.ts'
import { addProvider } from '../target/added-provider.ts'
import { passRest, receivedValues } from '../target/pass-rest.ts'
import type { Target } from '../target/target.ts'

// The request line of a REST message, and what of it reaches the provider. The scripted service is at `/script`.
const needs = ['control'] as const

/** The path of a service of the topology's scripted information system, without its host. */
function addressPath(target: Target, kind: 'plain' | 'with-slash' = 'plain'): string {
  return target.scriptedService('rest', kind).service.url.replace(/^\$\{[^}]*\}/, '')
}

for (const [what, path] of [
  ['path and query', '/v1/bar/zyggy?quu=1'],
  ['path with a slash at its end', '/v1/bar/'],
  ['query without a path', '?quu=1'],
  ['empty query', '/v1?'],
] as const) {
  scenario(
    `${what} appended to the address of the service`,
    { covers: ['REST-URL-01', 'REST-URL-03'], needs },
    async (target) => {
      const { seen, received } = await passRest(target, { path })
      expect(seen).toBeServiceResponse()
      expect(received.target).toBe(addressPath(target) + path)
    },
  )
}

scenario('empty path is the address of the service itself', { covers: ['REST-URL-04'], needs }, async (target) => {
  const { seen, received } = await passRest(target, { path: '' })
  expect(seen).toBeServiceResponse()
  expect(received.target).toBe(addressPath(target))
})

scenario(
  'address that ends in a slash is joined to the path with one slash',
  { covers: ['REST-URL-05'], needs },
  async (target) => {
    const service = target.scriptedService('rest', 'with-slash').id
    const { received } = await passRest(target, { service, path: '/x' })
    expect(received.target).toBe(`${addressPath(target, 'with-slash')}x`)
  },
)

for (const [what, query] of [
  ['order and duplicates', 'b=2&a=1&a=2&a=1'],
  ['percent-encoding', 'b=%20%2F%3D&c=%c3%a4%C3%A4'],
  ['empty values and missing ones', 'c=&d&&e'],
  ['plus signs and marks', 'a+b=c+d;e:f@g/h?i'],
] as const) {
  scenario(`query keeps its ${what}`, { covers: ['REST-URL-06'], needs }, async (target) => {
    const { received } = await passRest(target, { path: `/x?${query}` })
    expect(received.target).toBe(`${addressPath(target)}/x?${query}`)
  })
}

for (const [what, path] of [
  ['an encoded slash', '/a%2Fb'],
  ['letters beyond ascii, encoded', '/%C3%A4'],
  ['lower-case escapes', '/%c3%a4%2f'],
  ['escapes of plain letters', '/%61%7e'],
  ['parameters and marks', "/a;v=1/b,c/(d)'!$&*+=:@"],
  ['dots within names', '/a.b/c.d'],
] as const) {
  scenario(`path keeps ${what}`, { covers: ['REST-URL-07'], needs }, async (target) => {
    const { seen, received } = await passRest(target, { path })
    expect(seen).toBeServiceResponse()
    expect(received.target).toBe(addressPath(target) + path)
  })
}

scenario('slash within an identifier is encoded in its segment', { covers: ['REST-URL-08'], needs }, async (target) => {
  const provider = await addProvider(target, { name: 'sub/system' })
  expect((await passRest(target, { service: provider.service })).seen).toBeServiceResponse()
})

scenario('slashes between identifiers are not to be encoded', { covers: ['REST-URL-08'], needs }, async (target) => {
  const service = formatPath(target.scriptedService('rest').id).replaceAll('/', '%2F')
  const seen = await target.rest({ client: target.client('https') }).send(`/r1/${service}`)
  expect(seen).toBeFault('requestUriInvalid')
})

for (const [what, prefix] of [
  ['version r0', '/r0/'],
  ['version r2', '/r2/'],
  ['upper-case version', '/R1/'],
  ['missing version', '/'],
] as const) {
  scenario(`request line with ${what} is not forwarded`, { covers: ['REST-URL-02'], needs }, async (target) => {
    const messageId = randomUUID()
    const path = `${prefix}${formatPath(target.scriptedService('rest').id)}/x`
    const seen = await target.rest({ client: target.client('https') }).send(path, { messageId })
    // AMB-06: a REST error as documented, or the SOAP fault of the reference.
    expect(seen.kind === 'response' && parseFault(seen)).toMatchObject({ code: expect.stringMatching(/./) })
    expect(await target.control.received(messageId)).toEqual([])
  })
}

for (const count of [1, 2, 3, 4]) {
  scenario(
    `request line with ${count} of 5 segments is no request`,
    { covers: ['REST-URL-01', 'ERR-REST-05'] },
    async (target) => {
      const segments = formatPath(target.service('random', 'rest')).split('/').slice(0, count)
      const seen = await target.rest({ client: target.client('https') }).send(`/r1/${segments.join('/')}`)
      expect(seen).toBeFault('requestUriInvalid')
    },
  )
}

for (const [what, part, index] of [
  ['member class', 'memberClass', 1],
  ['service code', 'serviceCode', 4],
] as const) {
  scenario(
    `request line with a blank ${what} is no request`,
    { covers: ['REST-URL-01', 'ERR-REST-05'] },
    async (target) => {
      const segments = formatPath(target.service('random', 'rest')).split('/')
      const path = segments.with(index, '%20').join('/')
      const seen = await target.rest({ client: target.client('https') }).send(`/r1/${path}`)
      expect(seen).toBeFault('identifierPartBlank', { text: { part } })
    },
  )
}

for (const [what, path] of [
  ['letters that are no digits', '/%zz'],
  ['one digit', '/a%4'],
  ['a percent sign alone', '/%'],
] as const) {
  scenario(`escape of ${what} refused before the provider`, { covers: ['REST-URL-10'], needs }, async (target) => {
    const { seen, calls } = await passRest(target, { path, raw: true })
    expect([400, 500]).toContain(seen.kind === 'response' && seen.status)
    expect(calls).toEqual([])
  })
}

scenario('request line of 1900 characters answered', { covers: ['REST-URL-11'], needs }, async (target) => {
  const path = `/x?q=${'a'.repeat(1900)}`
  const { seen, received } = await passRest(target, { path })
  expect(seen).toBeServiceResponse()
  expect(received.target).toBe(addressPath(target) + path)
})

scenario(
  'request line of 64 kibibytes refused, and the next call answered',
  { covers: ['REST-URL-11'], needs },
  async (target) => {
    const { seen, calls } = await passRest(target, { path: `/x?q=${'a'.repeat(65_536)}`, raw: true })
    expect([400, 414, 431, 500, 'reset']).toContain(
      seen.kind === 'response' ? seen.status : seen.kind === 'no-answer' && seen.reason,
    )
    expect(calls).toEqual([])
    expect((await passRest(target)).seen).toBeServiceResponse()
  },
)

for (const [what, path] of [
  ['an at sign', '/@canary.invalid/x'],
  ['an encoded address', '/http:%2F%2Fcanary.invalid%2Fx'],
  ['an address in the query', '/x?url=http://canary.invalid/'],
] as const) {
  scenario(`path with ${what} does not choose the host`, { covers: ['REST-URL-13'], needs }, async (target) => {
    const passage = await passRest(target, { path })
    expect(passage.seen).toBeServiceResponse()
    expect(passage.received.target).toBe(addressPath(target) + path)
    expect(receivedValues(passage, 'host')).toEqual(receivedValues(await passRest(target), 'host'))
  })
}

for (const [what, path] of [
  ['two slashes', '//canary.invalid/x'],
  ['encoded dots', '/%2e%2e/x'],
  ['a backslash', '/..%5Cx'],
] as const) {
  scenario(`path with ${what} refused before the provider`, { covers: ['REST-URL-13'], needs }, async (target) => {
    const { seen, calls } = await passRest(target, { path, raw: true })
    expect([400, 500]).toContain(seen.kind === 'response' && seen.status)
    expect(calls).toEqual([])
  })
}

scenario(
  'service code decides between two services that are called with the same path',
  { covers: ['REST-URL-15'], needs },
  async (target) => {
    for (const kind of ['plain', 'with-slash'] as const) {
      const { received } = await passRest(target, { service: target.scriptedService('rest', kind).id, path: '/same' })
      expect(received.target).toBe(`${addressPath(target, kind)}/same`.replace('//', '/'))
    }
  },
)
