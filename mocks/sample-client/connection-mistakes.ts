import type { ConnectionOptions } from 'node:tls'
import { inHeader } from './sample-call.ts'
import { type Change, sending } from './sample-conduct.ts'
import { sampleCertificates } from './sample-topology.ts'

/** Mistakes in how the sample client connects, and as whom. */
export const connectionMistakes = {
  'client-calls-over-http': (conduct) => ({ ...conduct, plain: [2] }),
  'client-presents-nothing': (conduct) => ({ ...conduct, certificate: undefined }),
  'client-trusts-anybody': tls({ rejectUnauthorized: false }),
  'client-ignores-names': tls({ checkServerIdentity: () => undefined }),
  'client-calls-by-address': (conduct) => ({ ...conduct, host: '127.0.0.1' }),
  'client-speaks-only-tls13': tls({ minVersion: 'TLSv1.3' }),
  'client-lacks-dhe-suites': tls({ ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384' }),
  'client-has-weak-key': (conduct) => ({ ...conduct, certificate: sampleCertificates.weak }),
  'client-has-expired-certificate': (conduct) => ({ ...conduct, certificate: sampleCertificates.expired }),
  'client-shares-certificate': sending((call) =>
    inHeader(call, 'X-Road-Client', (value) => value.replace('GOV/2/Client', 'GOV/2/Other')),
  ),
} as const satisfies Record<string, Change>

function tls(options: ConnectionOptions): Change {
  return (conduct) => ({ ...conduct, tls: { ...conduct.tls, ...options } })
}
