import { expect } from 'vitest'
import type { RequirementId } from '../../fixtures/requirements/index.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'
import { greet } from '../tls/greet.ts'
import type { Greeting } from '../tls/greeting.ts'
import { tlsEndpoint } from '../tls/tls-endpoint.ts'

// The eight suites, each offered alone; a server on RHEL with its own OpenJDK has the four with DHE only.
const offered: readonly (readonly [RequirementId, string])[] = [
  ['TLS-04', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
  ['TLS-05', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'],
  ['TLS-06', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  ['TLS-07', 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384'],
  ['TLS-08', 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'],
  ['TLS-09', 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256'],
  ['TLS-10', 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256'],
  ['TLS-11', 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384'],
]

for (const [requirement, suite] of offered) {
  scenario(`suite ${suite} serves alone where the profile has it`, { covers: [requirement] }, async (target) => {
    const listed = target.profile.clientTls.suites.includes(suite)
    expect(await offer(target, [suite])).toMatchObject(listed ? { kind: 'greeted', suite } : { kind: 'refused' })
  })
}

scenario(
  'suite that the server prefers taken, whichever the caller prefers',
  { covers: ['TLS-04'] },
  async (target) => {
    const { suites } = target.profile.clientTls
    const [preferred] = suites
    expect(await offer(target, suites.toReversed())).toMatchObject({ kind: 'greeted', suite: preferred })
  },
)

const refused: readonly (readonly [string, readonly string[]])[] = [
  [
    'without forward secrecy',
    [
      'TLS_RSA_WITH_AES_128_GCM_SHA256',
      'TLS_RSA_WITH_AES_256_GCM_SHA384',
      'TLS_RSA_WITH_AES_128_CBC_SHA256',
      'TLS_RSA_WITH_AES_256_CBC_SHA256',
      'TLS_RSA_WITH_AES_128_CBC_SHA',
      'TLS_RSA_WITH_AES_256_CBC_SHA',
      'TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256',
    ],
  ],
  [
    'with sha-1',
    [
      'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
      'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
      'TLS_DHE_RSA_WITH_AES_128_CBC_SHA',
      'TLS_DHE_RSA_WITH_AES_256_CBC_SHA',
    ],
  ],
  [
    'with a broken cipher, without encryption or without a certificate',
    [
      'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
      'TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA',
      'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA',
      'TLS_RSA_WITH_DES_CBC_SHA',
      'TLS_RSA_EXPORT_WITH_RC4_40_MD5',
      'TLS_RSA_WITH_RC4_128_MD5',
      'TLS_RSA_WITH_RC4_128_SHA',
      'TLS_ECDHE_RSA_WITH_RC4_128_SHA',
      'TLS_RSA_WITH_NULL_SHA',
      'TLS_RSA_WITH_NULL_SHA256',
      'TLS_ECDHE_RSA_WITH_NULL_SHA',
      'TLS_DH_anon_WITH_AES_128_CBC_SHA256',
      'TLS_DH_anon_WITH_AES_128_GCM_SHA256',
      'TLS_ECDH_anon_WITH_AES_128_CBC_SHA',
    ],
  ],
  [
    'that is sound but not on the list',
    [
      'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
      'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
      'TLS_DHE_RSA_WITH_AES_128_CCM',
      'TLS_DHE_RSA_WITH_AES_256_CCM',
      'TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256',
      'TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256',
      'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
    ],
  ],
]

for (const [what, suites] of refused) {
  scenario(`every suite ${what} refused`, { covers: ['TLS-12'] }, async (target) => {
    const unlisted = suites.filter((suite) => !target.profile.clientTls.suites.includes(suite))
    const greetings = await Promise.all(unlisted.map((suite) => offer(target, [suite])))
    expect(greetings.filter(({ kind }) => kind !== 'refused')).toEqual([])
  })
}

function offer(target: Target, suites: readonly string[]): Promise<Greeting> {
  return greet(tlsEndpoint(target.endpoint().url), { version: 'TLSv1.2', suites })
}
