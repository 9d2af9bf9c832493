import { expect } from 'vitest'
import { scenario } from '../scenario.ts'

// What an information system offers and shows when it shakes hands, judged by what it did.
const needs = ['client'] as const

scenario('client offers tls 1.2 with a suite of the list', { covers: ['TLS-27'], needs }, async (target) => {
  const { hellos } = await target.clientUnderTest()
  const { suites } = target.profile.clientTls
  for (const { versions, suites: offered } of hellos) {
    expect(versions).toContain('TLSv1.2')
    expect(offered.filter((suite) => suites.includes(suite))).not.toEqual([])
  }
})

scenario(
  'client offers a dhe suite, for servers that have no others',
  { covers: ['TLS-27'], needs },
  async (target) => {
    const { hellos } = await target.clientUnderTest()
    const dhe = target.profile.clientTls.suites.filter((suite) => suite.startsWith('TLS_DHE_'))
    for (const { suites } of hellos) expect(suites.filter((suite) => dhe.includes(suite))).not.toEqual([])
  },
)

scenario('client has a key of sufficient length', { covers: ['TLS-28'], needs }, async (target) => {
  const { certificates } = await target.clientUnderTest()
  for (const { publicKey } of certificates) {
    const { modulusLength = 2048 } = publicKey.asymmetricKeyDetails ?? {}
    expect(modulusLength).toBeGreaterThanOrEqual(2048)
  }
})

scenario('certificate of the client is valid today', { covers: ['TLS-29'], needs }, async (target) => {
  const { certificates } = await target.clientUnderTest()
  const now = new Date()
  for (const { validFromDate, validToDate } of certificates) {
    expect([validFromDate <= now, now <= validToDate]).toEqual([true, true])
  }
})
