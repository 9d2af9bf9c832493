import type { Topology } from '../../fixtures/topology.ts'
import type { IssuedIdentities } from '../pki/issued-identities.ts'
import { credentialOf, type PresentableCredential } from '../pki/keystore.ts'
import type { PeerCertificates } from '../security-server/global-configuration.ts'

/** By which security servers know one another: needed at the start, unlike what only a configuration lists. */
export interface AuthenticationIdentities {
  /** PEM of the certificate of who has issued them. */
  readonly authority: string
  /** Of the servers that run, by their codes. */
  readonly authentication: ReadonlyMap<string, PresentableCredential>
  /** Issued like those, and registered for nobody. */
  readonly unregistered: PresentableCredential
}

/** Has the authority issue them to the servers that run. */
export async function authenticationIdentities(
  { servers }: Topology,
  issued: IssuedIdentities,
): Promise<AuthenticationIdentities> {
  const running = servers.filter(({ running }) => running)
  const [authority, unregistered, ...authentication] = await Promise.all([
    issued.authority(),
    issued.unregistered(),
    ...running.map(async ({ code }) => [code, credentialOf(await issued.authentication(code))] as const),
  ])
  return {
    authority: credentialOf(authority).certificate,
    unregistered: credentialOf(unregistered),
    authentication: new Map(authentication),
  }
}

/** What the global configuration says of them. */
export function peerCertificates({ authority, authentication }: AuthenticationIdentities): PeerCertificates {
  return {
    authorities: [authority],
    authentication: new Map([...authentication].map(([code, { sha256 }]) => [code, [sha256]])),
  }
}

/** What the server of that code presents. */
export function authenticationCredential(
  { authentication }: AuthenticationIdentities,
  code: string,
): PresentableCredential {
  const credential = authentication.get(code)
  if (credential === undefined) throw new Error(`no authentication certificate was made for ${code}`)
  return credential
}
