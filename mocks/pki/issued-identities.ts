import { parseClientPath } from '../../fixtures/identifiers.ts'
import type { Topology } from '../../fixtures/topology.ts'
import { type CertificatePlan, plainPlan } from './certificate-plan.ts'
import { authenticationPlan, signingPlan } from './certificate-profile.ts'
import { type Identity, makeIdentities } from './identity.ts'
import type { KeyCache } from './key-cache.ts'

/**
 * The approved authority of an instance, its two services and what it has issued to those who are in the topology.
 * Each is made, or found in the cache, when it is first asked for.
 */
export interface IssuedIdentities {
  authority(): Promise<Identity>
  ocspResponder(): Promise<Identity>
  timeStampingAuthority(): Promise<Identity>
  /** Of the security server with that code. */
  authentication(server: string): Promise<Identity>
  /** As good as those of security servers, and registered for none. */
  unregistered(): Promise<Identity>
  /** Of the member with that path, INSTANCE/CLASS/CODE; every subsystem of it signs with this one. */
  signing(member: string): Promise<Identity>
}

export interface IssuedOptions {
  readonly topology: Topology
  readonly cache: KeyCache
  readonly now?: () => number
}

export function issuedIdentities({ topology, cache, now = Date.now }: IssuedOptions): IssuedIdentities {
  const { instance } = topology
  const known = new Map<string, Promise<Identity>>()
  const authorityPlan: CertificatePlan = {
    ...servicePlan('central-authority', instance, 'CA'),
    authority: true,
    keyUsage: ['keyCertSign', 'cRLSign'],
  }

  function make(plan: CertificatePlan, issuers: readonly Identity[] = []): Promise<Identity> {
    const found = known.get(plan.name)
    if (found !== undefined) return found
    const made = makeIdentities([plan], cache, new Date(now()), issuers).then(([identity]) => {
      if (identity === undefined) throw new Error(`nothing was made for ${plan.name}`)
      return identity
    })
    known.set(plan.name, made)
    // Whoever asks next tries again: there may be room on the disk then.
    made.catch(() => known.delete(plan.name))
    return made
  }

  const authority = () => make(authorityPlan)
  const issue = async (plan: CertificatePlan) => make({ ...plan, issuer: authorityPlan }, [await authority()])

  return {
    authority,
    ocspResponder: () =>
      issue({
        ...servicePlan('central-ocsp', instance, 'OCSP'),
        keyUsage: ['digitalSignature'],
        extendedKeyUsage: ['OCSPSigning'],
      }),
    timeStampingAuthority: () =>
      issue({
        ...servicePlan('central-tsa', instance, 'TSA'),
        keyUsage: ['digitalSignature', 'nonRepudiation'],
        extendedKeyUsage: ['timeStamping'],
      }),
    authentication(code) {
      const server = topology.servers.find((one) => one.code === code)
      if (server === undefined) throw new Error(`no security server has the code ${code}`)
      return issue(authenticationPlan(topology, server))
    },
    unregistered: () =>
      issue({
        ...authenticationPlan(topology, { code: 'unregistered', owner: topology.servers[0]?.owner ?? '' }),
        key: 'ec-p256',
      }),
    signing(path) {
      const member = parseClientPath(path)
      if (member?.kind !== 'member') throw new Error(`not the path of a member: ${path}`)
      return issue(signingPlan(topology, member, path))
    },
  }
}

function servicePlan(name: string, instance: string, service: string): CertificatePlan {
  return { ...plainPlan(name, { C: 'FI', O: instance, CN: `${instance} Mock ${service}` }), strict: true, days: 7300 }
}
