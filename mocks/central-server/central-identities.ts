import { isIP } from 'node:net'
import type { Topology } from '../../fixtures/topology.ts'
import { type CertificatePlan, plainPlan } from '../pki/certificate-plan.ts'
import { type Identity, makeIdentities } from '../pki/identity.ts'
import type { KeyCache } from '../pki/key-cache.ts'
import { authenticationPlan, authorityPlan } from './authentication-identities.ts'
import type { ConfigurationSource } from './configuration-version.ts'

/** Keys and certificates that a configuration is signed with, or that it lists. */
export interface CentralIdentities {
  /** Two signing keys of each source; either may be the active one. */
  readonly signing: Readonly<Record<ConfigurationSource, readonly [Identity, Identity]>>
  /** A signing key that no anchor lists. */
  readonly stranger: Identity
  readonly authority: Identity
  readonly ocspResponder: Identity
  readonly timeStampingAuthority: Identity
  /** By server code. */
  readonly authentication: ReadonlyMap<string, Identity>
}

const sourceNames = ['internal', 'external'] as const

/** Makes, or finds in the cache, every one of them: for when the configuration is asked for first. */
export async function makeCentralIdentities(
  topology: Topology,
  cache: KeyCache,
  now: Date,
): Promise<CentralIdentities> {
  const authority = authorityPlan(topology)
  const plans = [
    ...sourceNames.flatMap((source) => [signingPlan(source, 1), signingPlan(source, 2)]),
    signingPlan('internal', 3),
    authority,
    {
      ...plan('central-ocsp', { C: 'FI', O: topology.instance, CN: `${topology.instance} Mock OCSP` }),
      issuer: authority,
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: ['OCSPSigning'],
    } satisfies CertificatePlan,
    {
      ...plan('central-tsa', { C: 'FI', O: topology.instance, CN: `${topology.instance} Mock TSA` }),
      issuer: authority,
      keyUsage: ['digitalSignature', 'nonRepudiation'],
      extendedKeyUsage: ['timeStamping'],
    } satisfies CertificatePlan,
    ...topology.servers.map((server) => authenticationPlan(topology, server, authority)),
  ]
  const made = new Map((await makeIdentities(plans, cache, now)).map((identity) => [identity.name, identity]))
  const find = (name: string): Identity => {
    const identity = made.get(name)
    if (identity === undefined) throw new Error(`no key was made for ${name}`)
    return identity
  }
  return {
    signing: {
      internal: [find('central-internal-1'), find('central-internal-2')],
      external: [find('central-external-1'), find('central-external-2')],
    },
    stranger: find('central-internal-3'),
    authority: find('central-authority'),
    ocspResponder: find('central-ocsp'),
    timeStampingAuthority: find('central-tsa'),
    authentication: new Map(topology.servers.map(({ code }) => [code, find(`${code}-authentication`)])),
  }
}

/** The certificate of the HTTPS listener, needed at the start; an elliptic curve key takes no time to make. */
export async function makeCentralTlsIdentity(host: string, cache: KeyCache, now: Date): Promise<Identity> {
  const names = [...new Set(['localhost', '127.0.0.1', host])]
  const tls: CertificatePlan = {
    ...plan('central-tls', { CN: host }),
    key: 'ec-p256',
    alternativeNames: names.map((value) => ({ kind: isIP(value) ? 'ip' : 'dns', value })),
  }
  const [identity] = await makeIdentities([tls], cache, now)
  if (identity === undefined) throw new Error('no certificate was made for the central server')
  return identity
}

/** DER of the certificate itself, without its issuers. */
export function leafOf({ name, chain: [leaf] }: Identity): Buffer {
  if (leaf === undefined) throw new Error(`${name} has no certificate`)
  return leaf.raw
}

function signingPlan(source: ConfigurationSource, number: number): CertificatePlan {
  return {
    ...plan(`central-${source}-${number}`, { CN: `${source}SigningKey` }),
    authority: true,
    keyUsage: ['nonRepudiation', 'keyCertSign'],
  }
}

function plan(name: string, subject: CertificatePlan['subject']): CertificatePlan {
  return { ...plainPlan(name, subject), days: 7300 }
}
