import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { parseClientPath } from '../../fixtures/identifiers.ts'
import type { Topology, TopologyServer } from '../../fixtures/topology.ts'
import { type CertificatePlan, plainPlan } from '../pki/certificate-plan.ts'
import { type Identity, makeIdentities } from '../pki/identity.ts'
import type { KeyCache } from '../pki/key-cache.ts'
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

/** Makes them, or finds them in the cache. */
export async function makeAuthenticationIdentities(
  topology: Topology,
  cache: KeyCache,
  now: Date,
): Promise<AuthenticationIdentities> {
  const issuer = authorityPlan(topology)
  const servers = topology.servers.filter(({ running }) => running)
  const plans = servers.map((server) => authenticationPlan(topology, server, issuer))
  const unknown = { code: 'unregistered', owner: topology.servers[0]?.owner ?? '' }
  const stranger: CertificatePlan = { ...authenticationPlan(topology, unknown, issuer), key: 'ec-p256' }
  const [authority, unregistered, ...identities] = await makeIdentities([issuer, stranger, ...plans], cache, now)
  if (authority === undefined || unregistered === undefined) throw new Error('no key was made for the authority')
  return {
    authority,
    unregistered,
    authentication: new Map(identities.map((identity, index) => [servers[index]?.code ?? '', identity])),
  }
}

/** What the global configuration says of them. */
export function peerCertificates({ authority, authentication }: AuthenticationIdentities): PeerCertificates {
  return {
    authorities: authority.chain.map((certificate) => certificate.toString()),
    authentication: new Map(
      [...authentication].map(([code, { chain }]) => [
        code,
        chain.slice(0, 1).map(({ raw }) => createHash('sha256').update(raw).digest('hex')),
      ]),
    ),
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

export function authorityPlan({ instance }: Topology): CertificatePlan {
  return {
    ...plainPlan('central-authority', { C: 'FI', O: instance, CN: `${instance} Mock CA` }),
    days,
    authority: true,
    keyUsage: ['keyCertSign', 'cRLSign'],
  }
}

/** With the subject of the Finnish profile: the server by DNS name, its owner's class in the serial number. */
export function authenticationPlan(
  topology: Topology,
  server: Pick<TopologyServer, 'code' | 'owner' | 'address'>,
  issuer: CertificatePlan,
): CertificatePlan {
  const owner = parseClientPath(server.owner)
  const name = topology.members.find(({ id }) => id === server.owner)?.name ?? server.owner
  const address = server.address ?? server.code
  const serialNumber = `${topology.instance}/${server.code}/${owner?.memberClass}`
  return {
    ...plainPlan(`${server.code}-authentication`, { C: 'FI', O: name, serialNumber, CN: address }),
    days,
    issuer,
    alternativeNames: [{ kind: isIP(address) ? 'ip' : 'dns', value: address }],
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    extendedKeyUsage: ['serverAuth', 'clientAuth'],
  }
}

const days = 7300
