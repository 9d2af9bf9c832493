import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'
import { greet } from '../tls/greet.ts'
import type { Greeting } from '../tls/greeting.ts'
import { tlsEndpoint } from '../tls/tls-endpoint.ts'

// How an information system greets a security server over TLS.
const needs = ['provider'] as const

scenario('information system speaks tls as security servers do', { covers: ['PROV-16'], needs }, async (target) => {
  const { suites } = target.profile.clientTls
  expect(await greeting(target)).toMatchObject({
    kind: 'greeted',
    version: 'TLSv1.2',
    suite: expect.toSatisfy((suite: string) => suites.includes(suite)),
  })
})

scenario('information system asks who calls', { covers: ['REST-MSG-17'], needs }, async (target) => {
  expect(await greeting(target)).toMatchObject({ certificateRequest: expect.anything() })
})

function greeting(target: Target): Promise<Greeting> {
  const { endpoint } = target.provider(target.judged('secure'))
  return greet(tlsEndpoint(endpoint.url), { version: 'TLSv1.2', suites: target.profile.clientTls.suites })
}
