import type { ClientId } from '../../fixtures/identifiers.ts'
import type { TrustAnchor } from '../configuration-client/trust-anchor.ts'
import type { GlobalConfiguration } from '../security-server/global-configuration.ts'

/** Everything that a configuration of any version says. Certificates are DER. */
export interface PublishedFacts {
  readonly global: GlobalConfiguration
  readonly memberClasses: readonly string[]
  /** Of federated instances. */
  readonly anchors: readonly TrustAnchor[]
  readonly sources: readonly {
    /** Host, with its port where that is not the usual one. */
    readonly address: string
    /** Of every signing key that may be in use, in order. */
    readonly internal: readonly Buffer[]
    readonly external: readonly Buffer[]
  }[]
  readonly certificationServices: readonly {
    readonly name: string
    readonly certificate: Buffer
    readonly ocsp: { readonly url: string; readonly certificate: Buffer }
  }[]
  readonly timeStampingServices: readonly {
    readonly name: string
    readonly url: string
    readonly certificate: Buffer
  }[]
  /** Authentication certificates that are registered from the start, by server code. */
  readonly authenticationCertificates: ReadonlyMap<string, readonly Buffer[]>
  readonly managementService: {
    readonly registrationAddress: string
    readonly registrationCertificate: Buffer
    readonly provider: ClientId
  }
  /** Who may ask every security server for its monitoring data. */
  readonly monitoringClient?: ClientId | undefined
}

/** The authentication certificates of a server that are registered now. */
export function authenticationCertificatesOf(
  facts: Pick<PublishedFacts, 'global' | 'authenticationCertificates'>,
  code: string,
): readonly Buffer[] {
  const { added, deleted = [] } = facts.global.certificates ?? {}
  const all = [...(facts.authenticationCertificates.get(code) ?? []), ...(added?.get(code) ?? [])]
  return all.filter((der) => !deleted.some((gone) => gone.equals(der)))
}
