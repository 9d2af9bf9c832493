import { isIP } from 'node:net'
import type { Topology } from '../../fixtures/topology.ts'
import { reachableHost } from '../listener/reachable-host.ts'
import { type CertificatePlan, plainPlan } from '../pki/certificate-plan.ts'
import { certificateOf, type Identity, makeIdentities } from '../pki/identity.ts'
import type { IssuedIdentities } from '../pki/issued-identities.ts'
import type { KeyCache } from '../pki/key-cache.ts'
import type { ConfigurationSource } from './configuration-source.ts'

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
  issued: IssuedIdentities,
  now: Date,
): Promise<CentralIdentities> {
  const plans = sourceNames.flatMap((source) => [signingPlan(source, 1), signingPlan(source, 2)])
  const [signing, authority, ocspResponder, timeStampingAuthority, ...authentication] = await Promise.all([
    makeIdentities([...plans, signingPlan('internal', 3)], cache, now),
    issued.authority(),
    issued.ocspResponder(),
    issued.timeStampingAuthority(),
    ...topology.servers.map(({ code }) => issued.authentication(code)),
  ])
  const find = (source: ConfigurationSource, number: number): Identity => {
    const identity = signing.find(({ name }) => name === signingPlan(source, number).name)
    if (identity === undefined) throw new Error(`key ${number} of the ${source} source was not made`)
    return identity
  }
  return {
    signing: {
      internal: [find('internal', 1), find('internal', 2)],
      external: [find('external', 1), find('external', 2)],
    },
    stranger: find('internal', 3),
    authority,
    ocspResponder,
    timeStampingAuthority,
    authentication: new Map(
      authentication.flatMap((identity, index) => {
        const code = topology.servers[index]?.code
        return code === undefined ? [] : [[code, identity] as const]
      }),
    ),
  }
}

/** The certificate of the HTTPS listener, needed at the start. Security servers that call it know only RSA. */
export async function makeCentralTlsIdentity(
  { centralServer: { listen, address } }: Topology,
  cache: KeyCache,
  now = new Date(),
): Promise<Identity> {
  const host = address ?? reachableHost(listen.host)
  const names = [...new Set(['localhost', '127.0.0.1', '::1', host])]
  const tls: CertificatePlan = {
    ...plan('central-tls', { CN: host }),
    alternativeNames: names.map((value) => ({ kind: isIP(value) ? 'ip' : 'dns', value })),
  }
  const [identity] = await makeIdentities([tls], cache, now)
  if (identity === undefined) throw new Error('no certificate was made for the central server')
  return identity
}

/** DER of the certificate itself, without its issuers. */
export function leafOf(identity: Identity): Buffer {
  return certificateOf(identity).raw
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
