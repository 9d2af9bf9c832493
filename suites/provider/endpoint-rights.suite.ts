import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import { addProvider, rightOf } from '../target/added-provider.ts'
import { passRest } from '../target/pass-rest.ts'
import type { Target } from '../target/target.ts'

// Rights to endpoints of a REST service: which paths and methods a pattern covers, however a path is spelled.
const needs = ['control'] as const

type Endpoint = readonly [method: string, path: string]

/** Calls a service of which the caller may use these endpoints only. */
async function callWith(target: Target, endpoints: readonly Endpoint[], method: string, path: string) {
  const allow = rightOf(
    target.client('https'),
    endpoints.map(([method, path]) => ({ method, path })),
  )
  const { service } = await addProvider(target, { service: { allow } })
  return { service, ...(await passRest(target, { service, method, path, raw: true })) }
}

for (const [requirement, pattern, path] of [
  ['ACL-08', '/pet/*', '/pet/1'],
  ['ACL-08', '/pet/*', '/pet/'],
  ['ACL-08', '/pet/*/img', '/pet/1/img'],
  ['ACL-08', '/pet/**', '/pet/1'],
  ['ACL-08', '/pet/**', '/pet/1/img/large'],
  ['ACL-08', '/pet/**/img', '/pet/1/2/img'],
  ['ACL-08', '/**', '/pet/1'],
  ['ACL-09', '/pet/1', '/pet/%31'],
  ['ACL-09', '/pet/ä', '/pet/%C3%A4'],
  ['ACL-09', '/pet/1', '/pet/./1'],
  ['ACL-09', '/pet/1', '/dog/../pet/1'],
] as const) {
  scenario(
    `path ${path} is covered by endpoint ${encodeURI(pattern)}`,
    { covers: [requirement], needs },
    async (target) => {
      const { seen, calls } = await callWith(target, [['GET', pattern]], 'GET', path)
      expect(seen).toBeServiceResponse()
      // Rights are judged by the normalised path, the provider gets the one that came (REST-URL-07).
      expect(calls.map(({ line }) => line)).toEqual([expect.stringContaining(`${path} HTTP/1.1`)])
    },
  )
}

for (const [requirement, pattern, path] of [
  ['ACL-07', '/pet', '/pet/1'],
  ['ACL-07', '/pet', '/pet/'],
  ['ACL-07', '/pet', '/Pet'],
  ['ACL-07', '/pet', '/'],
  ['ACL-08', '/pet/*', '/pet/1/img'],
  ['ACL-08', '/pet/*', '/pet'],
  ['ACL-08', '/pet/**', '/pet'],
  ['ACL-08', '/pet/**', '/dog/1'],
  ['ACL-09', '/pet/*', '/pet/1%2Fimg'],
  ['REST-URL-14', '/public/*', '/public/..%2fprivate'],
  ['REST-URL-14', '/public/*', '/public/%2e.%2fprivate'],
  ['REST-URL-14', '/public/**', '/public/../private'],
  ['REST-URL-14', '/public/**', '/public/a/../../private'],
  ['REST-URL-14', '/public/**', '/public/..%2f..%2fprivate'],
] as const) {
  scenario(`path ${path} is not covered by endpoint ${pattern}`, { covers: [requirement], needs }, async (target) => {
    const { seen, calls, service } = await callWith(target, [['GET', pattern]], 'GET', path)
    expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
    expect(calls).toEqual([])
  })
}

for (const path of ['/public/%2e%2e/private', '/public//private', '/public/..;/private']) {
  scenario(
    `endpoint rights are not evaded by ${path.replace(';', ' with parameter')}`,
    { covers: ['REST-URL-14'], needs },
    async (target) => {
      const { seen, calls } = await callWith(target, [['GET', '/public/**']], 'GET', path)
      expect([400, 500]).toContain(seen.kind === 'response' && seen.status)
      expect(calls).toEqual([])
    },
  )
}

scenario('method * of an endpoint covers every method', { covers: ['ACL-08'], needs }, async (target) => {
  for (const method of ['GET', 'POST', 'DELETE']) {
    const { seen, received } = await callWith(target, [['*', '/pet']], method, '/pet')
    expect(seen).toBeServiceResponse()
    expect(received.method).toBe(method)
  }
})

for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
  scenario(`endpoint GET does not cover ${method}`, { covers: ['ACL-07'], needs }, async (target) => {
    const { seen, calls, service } = await callWith(target, [['GET', '/pet']], method, '/pet')
    expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
    expect(calls).toEqual([])
  })
}

scenario('rights to several endpoints add up', { covers: ['ACL-07'], needs }, async (target) => {
  const endpoints = [
    ['GET', '/pet'],
    ['POST', '/dog'],
  ] as const
  expect((await callWith(target, endpoints, 'GET', '/pet')).seen).toBeServiceResponse()
  expect((await callWith(target, endpoints, 'POST', '/dog')).seen).toBeServiceResponse()
})

scenario(
  'method of one endpoint does not go with the path of another',
  { covers: ['ACL-07'], needs },
  async (target) => {
    const { seen, service } = await callWith(
      target,
      [
        ['GET', '/pet'],
        ['POST', '/dog'],
      ],
      'POST',
      '/pet',
    )
    expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
  },
)

scenario('query opens no endpoint', { covers: ['ACL-12'], needs }, async (target) => {
  const { seen, service } = await callWith(target, [['GET', '/pet']], 'GET', '/dog?path=/pet')
  expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
})

scenario('query closes no endpoint', { covers: ['ACL-12'], needs }, async (target) => {
  const { seen, received } = await callWith(target, [['GET', '/pet']], 'GET', '/pet?a=/../b')
  expect(seen).toBeServiceResponse()
  expect(received.target).toContain('/pet?a=/../b')
})
