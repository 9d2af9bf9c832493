import { type ClientId, clientIdOf } from '../../fixtures/identifiers.ts'
import type { Topology } from '../../fixtures/topology.ts'
import { managementPaths } from '../management-services/management-paths.ts'
import { trustPaths } from '../trust-services/trust-services.ts'
import { type CentralIdentities, leafOf } from './central-identities.ts'
import type { CentralUrls } from './central-listeners.ts'
import type { PublishedFacts } from './published-facts.ts'

export interface CentralListeners extends CentralUrls {
  /** DER of the certificate that every listener of HTTPS presents. */
  readonly certificate: Buffer
}

/** What a configuration says beside who exists: it stays the same while the central server runs. */
export function fixedFacts(
  topology: Topology,
  identities: CentralIdentities,
  { httpUrl, registrationUrl, certificate }: CentralListeners,
): Omit<PublishedFacts, 'global' | 'anchors'> {
  const { instance, memberClasses } = topology
  const { monitoringClient } = topology.centralServer
  const { signing, authority, ocspResponder, timeStampingAuthority, authentication } = identities
  return {
    memberClasses,
    sources: [
      {
        // Security servers come back to this address, on port 80 unless it says another.
        address: new URL(httpUrl).host,
        internal: signing.internal.map(leafOf),
        external: signing.external.map(leafOf),
      },
    ],
    certificationServices: [
      {
        name: `${instance} Mock CA`,
        certificate: leafOf(authority),
        ocsp: { url: httpUrl + trustPaths.ocsp, certificate: leafOf(ocspResponder) },
      },
    ],
    timeStampingServices: [
      {
        name: `${instance} Mock TSA`,
        url: httpUrl + trustPaths.timeStamping,
        certificate: leafOf(timeStampingAuthority),
      },
    ],
    authenticationCertificates: new Map([...authentication].map(([code, identity]) => [code, [leafOf(identity)]])),
    managementService: {
      registrationAddress: registrationUrl + managementPaths.registration,
      registrationCertificate: certificate,
      provider: managementProvider(topology),
    },
    monitoringClient: monitoringClient === undefined ? undefined : clientIdOf(monitoringClient),
  }
}

/** The subsystem that offers the management services. */
export function managementProvider({ centralServer, servers }: Topology): ClientId {
  return clientIdOf(centralServer.managementService ?? `${servers[0]?.owner}/MANAGEMENT`)
}
