import { createHash } from 'node:crypto'
import type { Topology } from '../../fixtures/topology.ts'
import { certificateOf, type Identity } from '../pki/identity.ts'
import type { IssuedIdentities } from '../pki/issued-identities.ts'
import type { PeerCertificates } from '../security-server/global-configuration.ts'
import type { AuthenticationCredential } from '../transport/peer-tls.ts'

/** By which security servers know one another: needed at the start, unlike what only a configuration lists. */
export interface AuthenticationIdentities {
  readonly authority: Identity
  /** Of the servers that run, by their codes. */
  readonly authentication: ReadonlyMap<string, Identity>
  /** Issued like those, and registered for nobody. */
  readonly unregistered: Identity
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
    ...running.map(async ({ code }) => [code, await issued.authentication(code)] as const),
  ])
  return { authority, unregistered, authentication: new Map(authentication) }
}

/** What the global configuration says of them. */
export function peerCertificates({ authority, authentication }: AuthenticationIdentities): PeerCertificates {
  const hashOf = (identity: Identity) => createHash('sha256').update(certificateOf(identity).raw).digest('hex')
  return {
    authorities: authority.chain.map((certificate) => certificate.toString()),
    authentication: new Map([...authentication].map(([code, identity]) => [code, [hashOf(identity)]])),
  }
}

/** What the server of that code presents. */
export function authenticationCredential(
  { authentication }: AuthenticationIdentities,
  code: string,
): AuthenticationCredential {
  const identity = authentication.get(code)
  if (identity === undefined) throw new Error(`no authentication certificate was made for ${code}`)
  return credentialOf(identity)
}

/** All of them by server code, and the one that is registered for nobody. */
export function peerIdentities({
  authentication,
  unregistered,
}: AuthenticationIdentities): Record<string, AuthenticationCredential> {
  const identities = [...authentication, ['unregistered', unregistered] as const]
  return Object.fromEntries(identities.map(([name, identity]) => [name, credentialOf(identity)]))
}

function credentialOf({ chain, key }: Identity): AuthenticationCredential {
  return {
    certificate: chain.map((certificate) => certificate.toString()).join(''),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
