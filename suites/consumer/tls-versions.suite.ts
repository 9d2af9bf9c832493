import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'
import type { OfferedVersion } from '../tls/client-hello.ts'
import { greet } from '../tls/greet.ts'
import type { Greeting } from '../tls/greeting.ts'
import { tlsEndpoint } from '../tls/tls-endpoint.ts'

// Which versions of TLS a security server speaks with information systems, judged by its answer to a hello in that version.
scenario('tls 1.2 spoken with information systems', { covers: ['TLS-01'] }, async (target) => {
  const flight = await offer(target, 'TLSv1.2', target.profile.clientTls.suites)
  expect(flight).toMatchObject({ kind: 'greeted', version: 'TLSv1.2' })
})

const old = ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA', 'TLS_RSA_WITH_AES_128_CBC_SHA']

scenario('tls 1.1 not spoken with information systems', { covers: ['TLS-02'] }, async (target) => {
  expect(await offer(target, 'TLSv1.1', old)).toMatchObject(expected(target, 'TLSv1.1'))
})

scenario('neither tls 1.0 nor ssl 3.0 spoken with information systems', { covers: ['TLS-02'] }, async (target) => {
  expect(await offer(target, 'TLSv1', old)).toMatchObject({ kind: 'refused' })
  expect(await offer(target, 'SSLv3', [...old, 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'])).toMatchObject({ kind: 'refused' })
})

scenario('tls 1.3 not spoken unless an administrator has allowed it', { covers: ['TLS-03'] }, async (target) => {
  const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']
  expect(await offer(target, 'TLSv1.3', suites)).toMatchObject(expected(target, 'TLSv1.3'))
})

function offer(target: Target, version: OfferedVersion, suites: readonly string[]): Promise<Greeting> {
  return greet(tlsEndpoint(target.endpoint().url), { version, suites })
}

/** What the profile says about a version: only overlays add one (TLS-03, releases up to 6.17). */
function expected({ profile }: Target, version: 'TLSv1.1' | 'TLSv1.3') {
  return profile.clientTls.versions.includes(version) ? { kind: 'greeted', version } : { kind: 'refused' }
}
