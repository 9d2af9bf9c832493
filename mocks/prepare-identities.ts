import { requireProfile } from '../fixtures/require-profile.ts'
import type { Topology } from '../fixtures/topology.ts'
import type { VersionProfile } from '../fixtures/version-profile.ts'
import { type AuthenticationIdentities, authenticationIdentities } from './central-server/authentication-identities.ts'
import { makeCentralTlsIdentity } from './central-server/central-identities.ts'
import type { Identity } from './pki/identity.ts'
import { type IssuedIdentities, issuedIdentities } from './pki/issued-identities.ts'
import { type KeyCache, openKeyCache } from './pki/key-cache.ts'
import { deriveKeystore, type Keystore } from './pki/keystore.ts'

export interface IdentityOptions {
  /** Name of the version profile; the topology's own by default. */
  readonly profile?: string
  /** Folder where made keys and certificates are kept from run to run (files of mode 0600); none by default. */
  readonly keyCache?: string
  /** Folder that PEM file names of the topology are relative to; the working directory by default. */
  readonly baseFolder?: string
  /** Further host names or addresses of the certificates that servers and information systems present. */
  readonly hostNames?: readonly string[]
}

/** As whom the parts of an environment appear, and which release they follow. */
export interface Identities {
  readonly profile: VersionProfile
  readonly cache: KeyCache
  readonly issued: IssuedIdentities
  /** Every certificate and key of the topology, by name. */
  readonly certificates: Keystore
  readonly peers: AuthenticationIdentities
  /** What the central server presents over TLS. */
  readonly centralTls: Identity
}

/** Makes, reads or finds in the cache what is needed at the start; throws a UsageError for what cannot be used. */
export async function prepareIdentities(topology: Topology, options: IdentityOptions): Promise<Identities> {
  const profile = requireProfile(options.profile ?? topology.profile)
  const cache = await openKeyCache(options.keyCache)
  const issued = issuedIdentities({ topology, cache })
  const [certificates, peers, centralTls] = await Promise.all([
    deriveKeystore(topology, {
      ...(options.keyCache === undefined ? {} : { cacheFolder: options.keyCache }),
      ...(options.baseFolder === undefined ? {} : { baseFolder: options.baseFolder }),
      ...(options.hostNames === undefined ? {} : { hostNames: options.hostNames }),
    }),
    authenticationIdentities(topology, issued),
    makeCentralTlsIdentity(topology, cache),
  ])
  return { profile, cache, issued, certificates, peers, centralTls }
}
