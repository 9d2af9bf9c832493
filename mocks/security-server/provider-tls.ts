import { createHash, type X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { formatId } from '../../fixtures/identifiers.ts'
import type { ClientTls } from '../../fixtures/profiles.ts'
import { fault } from '../fault/fault.ts'
import { tlsOptions } from '../listener/tls-options.ts'
import type { Credential } from '../pki/keystore.ts'
import type { ConfiguredClient } from './server-configuration.ts'

/** How a security server meets the information systems of providers over TLS. */
export interface ProviderTls {
  /** What it offers to a provider on that host, its own certificate included (TLS-20, TLS-26). */
  offer(host: string): ConnectionOptions
  /** Judges the leaf that a provider has shown; throws a FaultError that says why it is not trusted. */
  judge(certificate: X509Certificate | undefined, question: TrustQuestion): void
}

export interface TrustQuestion {
  /** Host name of the service's address. */
  readonly host: string
  /** "Verify TLS certificate" of the service. */
  readonly verifyTls: boolean
  readonly provider: Pick<ConfiguredClient, 'id' | 'certificates'>
}

/** The same versions and suites outwards as towards clients, and the internal certificate for every provider that asks. */
export function providerTls(tls: ClientTls, { certificate, key }: Credential): ProviderTls {
  return {
    offer: (host) => ({
      ...tlsOptions(tls),
      ...(key === undefined ? {} : { cert: certificate, key }),
      rejectUnauthorized: false,
      // As Java does it: no address, and no name without a dot.
      ...(host.includes('.') && isIP(host) === 0 ? { servername: host } : {}),
    }),
    judge: verifyProvider,
  }
}

/** The provider's leaf must be listed for the owner of the service; names and dates do not count (TLS-22..24). */
function verifyProvider(certificate: X509Certificate | undefined, { verifyTls, provider }: TrustQuestion): void {
  if (!verifyTls) return
  if (provider.certificates.size === 0) throw fault('providerCertificateListEmpty', { client: formatId(provider.id) })
  const sha256 = certificate && createHash('sha256').update(certificate.raw).digest('hex')
  if (sha256 === undefined || !provider.certificates.has(sha256)) throw fault('providerCertificateNotTrusted')
}
