import { constants } from 'node:crypto'
import type { SecureContextOptions, SecureVersion } from 'node:tls'
import { opensslNames } from '../../fixtures/cipher-suites.ts'
import type { ClientTls } from '../../fixtures/version-profile.ts'

/** Versions and suites of a profile as options of node:tls, for both directions: a server speaks to providers as to clients. */
export function tlsOptions({ versions, suites }: ClientTls): SecureContextOptions {
  const sorted = [...versions].sort() as SecureVersion[]
  const [minVersion = 'TLSv1.2'] = sorted
  return {
    minVersion,
    maxVersion: sorted.at(-1) ?? minVersion,
    // OpenSSL's security level would refuse weak client certificates by itself; here the decision is the message's.
    ciphers: [...suites.map(opensslName), '@SECLEVEL=0'].join(':'),
    honorCipherOrder: true,
    dhparam: 'auto',
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET,
  }
}

/** Node takes an IANA name of TLS 1.2 for a suite of TLS 1.3, so it gets OpenSSL's. */
function opensslName(suite: string): string {
  const name = opensslNames[suite]
  if (name === undefined) throw new Error(`no OpenSSL name is known for ${suite}`)
  return name
}
