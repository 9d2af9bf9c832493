import { isIP } from 'node:net'
import { type MemberId, parseClientPath } from '../../fixtures/identifiers.ts'
import type { Topology, TopologyServer } from '../../fixtures/topology.ts'
import type { CertificatePlan } from './certificate-plan.ts'

/** What a certificate of an approved authority is for; `internal` is that of a server or an information system. */
export const certificateUsages = ['signing', 'authentication', 'internal'] as const

export type CertificateUsage = (typeof certificateUsages)[number]

type Purpose = Pick<CertificatePlan, 'keyUsage' | 'strict' | 'extendedKeyUsage' | 'days'>

/** Key usages of the Finnish profile: X-Road tells signing and authentication certificates apart by them. */
export const purposes: Readonly<Record<CertificateUsage, Purpose>> = {
  signing: { keyUsage: ['nonRepudiation'], strict: true, extendedKeyUsage: [], days: 7300 },
  authentication: {
    keyUsage: ['digitalSignature', 'keyEncipherment', 'dataEncipherment', 'keyAgreement'],
    strict: true,
    extendedKeyUsage: ['clientAuth', 'serverAuth'],
    days: 7300,
  },
  internal: {
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    strict: true,
    extendedKeyUsage: ['clientAuth', 'serverAuth'],
    days: 365,
  },
}

/** A server by its DNS name, with its instance, code and owner's class in the serial number. */
export function authenticationPlan(
  topology: Topology,
  server: Pick<TopologyServer, 'code' | 'owner' | 'address'>,
): CertificatePlan {
  const address = server.address ?? server.code
  return {
    ...finnishPlan(topology, `${server.code}-authentication`, 'authentication', server.owner, server.code, address),
    alternativeNames: [{ kind: isIP(address) ? 'ip' : 'dns', value: address }],
  }
}

/** A member by its code, with the server that it is a client of in the serial number. */
export function signingPlan(topology: Topology, member: MemberId, path: string): CertificatePlan {
  const isOf = (id: string) => id === path || id.startsWith(`${path}/`)
  const server =
    topology.servers.find(({ owner }) => owner === path) ??
    topology.servers.find(({ clients }) => clients.some(({ id }) => isOf(id)))
  // A path is no file name.
  const name = `${path.replace(/[^\w.-]/g, (character) => `_${character.codePointAt(0)?.toString(16)}_`)}-signing`
  return finnishPlan(topology, name, 'signing', path, server?.code ?? '', member.memberCode)
}

function finnishPlan(
  { instance, members }: Topology,
  name: string,
  usage: CertificateUsage,
  member: string,
  server: string,
  commonName: string,
): CertificatePlan {
  const organisation = members.find(({ id }) => id === member)?.name ?? member
  const serialNumber = `${instance}/${server}/${parseClientPath(member)?.memberClass}`
  return {
    name,
    subject: { C: 'FI', O: organisation, CN: commonName, serialNumber },
    alternativeNames: [],
    key: 'rsa-2048',
    keyOwner: name,
    authority: false,
    validity: 'current',
    ...purposes[usage],
  }
}
