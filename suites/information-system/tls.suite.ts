import { expect } from 'vitest'
import { readFirstFlight } from '../client/first-flight.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// How an information system greets a security server over TLS.
const needs = ['provider'] as const

scenario('information system speaks tls as security servers do', { covers: ['PROV-16'], needs }, async (target) => {
  const { suites } = target.profile.clientTls
  expect(await greet(target)).toMatchObject({
    kind: 'greeted',
    version: 'TLSv1.2',
    suite: expect.toSatisfy((suite: string) => suites.includes(suite)),
  })
})

scenario('information system asks who calls', { covers: ['REST-MSG-17'], needs }, async (target) => {
  expect(await greet(target)).toMatchObject({ certificateRequest: expect.anything() })
})

function greet(target: Target) {
  const { endpoint } = target.provider(target.judged('secure'))
  return readFirstFlight(endpoint.url, { version: 'TLSv1.2', suites: target.profile.clientTls.suites })
}
