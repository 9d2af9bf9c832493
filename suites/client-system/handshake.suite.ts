import type { X509Certificate } from 'node:crypto'
import { expect } from 'vitest'
import type { ClientHello } from '../../fixtures/connection.ts'
import { scenario } from '../scenario.ts'

// What an information system offers and shows when it shakes hands, judged by what it did.
const needs = ['client'] as const

scenario('client offers tls 1.2 with a suite of the list', { covers: ['TLS-27'], needs }, async (target) => {
  const { hellos } = await target.clientUnderTest()
  const { suites: listed } = target.profile.clientTls
  expect(lacking(hellos, 'versions', ['TLSv1.2'])).toEqual([])
  expect(lacking(hellos, 'suites', listed)).toEqual([])
})

scenario(
  'client offers a dhe suite, for servers that have no others',
  { covers: ['TLS-27'], needs },
  async (target) => {
    const { hellos } = await target.clientUnderTest()
    const dhe = target.profile.clientTls.suites.filter((suite) => suite.startsWith('TLS_DHE_'))
    expect(lacking(hellos, 'suites', dhe)).toEqual([])
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
  const isValid = ({ validFromDate, validToDate }: X509Certificate) => validFromDate <= now && now <= validToDate
  const others = certificates.filter((certificate) => !isValid(certificate))
  expect(others.map(({ validFrom, validTo }) => `valid from ${validFrom} to ${validTo}`)).toEqual([])
})

/** What clients offered that offered none of these, each offer once. */
function lacking(hellos: readonly ClientHello[], kind: 'versions' | 'suites', wanted: readonly string[]): string[] {
  const others = hellos.filter((hello) => !hello[kind].some((offered) => wanted.includes(offered)))
  return [...new Set(others.map((hello) => `offered only ${hello[kind].join(', ') || 'nothing'}`))]
}
