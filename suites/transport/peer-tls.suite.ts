import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'
import type { OfferedVersion } from '../tls/client-hello.ts'
import { greet } from '../tls/greet.ts'
import type { Greeting } from '../tls/greeting.ts'
import { tlsEndpoint } from '../tls/tls-endpoint.ts'

// What security servers speak among themselves. The suite with ECDSA needs a certificate of such a key, as few have.
for (const suite of ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384', 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256']) {
  scenario(`suite ${suite} serves alone between security servers`, { covers: ['MT-12'] }, async (target) => {
    const listed = target.profile.peerTls.suites.includes(suite)
    expect(await offer(target, [suite])).toMatchObject(listed ? { kind: 'greeted', suite } : { kind: 'refused' })
  })
}

scenario('suites for information systems refused between security servers', { covers: ['MT-12'] }, async (target) => {
  const { clientTls, peerTls } = target.profile
  const refused = clientTls.suites.filter((suite) => !suite.startsWith('TLS_AES_') && !peerTls.suites.includes(suite))
  expect(await kindsOf(target, refused)).toEqual(refused.map(() => 'refused'))
})

scenario(
  'suites without forward secrecy, encryption or certificate refused between security servers',
  { covers: ['MT-12'] },
  async (target) => {
    const suites = [
      'TLS_RSA_WITH_AES_256_CBC_SHA256',
      'TLS_RSA_WITH_AES_128_GCM_SHA256',
      'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
      'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
      'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
      'TLS_RSA_WITH_NULL_SHA256',
      'TLS_DH_anon_WITH_AES_256_CBC_SHA256',
    ]
    expect(await kindsOf(target, suites)).toEqual(suites.map(() => 'refused'))
  },
)

scenario('tls 1.3 not spoken between security servers', { covers: ['MT-12'] }, async (target) => {
  const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']
  expect(await offer(target, suites, 'TLSv1.3')).toMatchObject({ kind: 'refused' })
})

scenario('neither tls 1.1 nor 1.0 spoken between security servers', { covers: ['MT-12'] }, async (target) => {
  const suites = [
    'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
    'TLS_DHE_RSA_WITH_AES_256_CBC_SHA',
    'TLS_RSA_WITH_AES_128_CBC_SHA',
  ]
  expect(await offer(target, suites, 'TLSv1.1')).toMatchObject({ kind: 'refused' })
  expect(await offer(target, suites, 'TLSv1')).toMatchObject({ kind: 'refused' })
})

async function kindsOf(target: Target, suites: readonly string[]): Promise<string[]> {
  const greetings = await Promise.all(suites.map((suite) => offer(target, [suite])))
  return greetings.map(({ kind }) => kind)
}

function offer(target: Target, suites: readonly string[], version: OfferedVersion = 'TLSv1.2'): Promise<Greeting> {
  return greet(tlsEndpoint(target.peerEndpoint().url), { version, suites }, { until: 'hello' })
}
