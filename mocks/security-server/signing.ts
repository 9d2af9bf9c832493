import type { KeyObject } from 'node:crypto'
import { type ClientId, clientIdOf, formatPath, memberOf } from '../../fixtures/identifiers.ts'
import type { TopologyServer } from '../../fixtures/topology.ts'

/** What a security server has to sign with. Members are named by path. */
export interface Signing {
  /** Members that have had a certificate from the start. */
  readonly certified: ReadonlySet<string>
  /** What was generated since. */
  readonly keys: readonly SigningKey[]
}

/**
 * A key that was generated for the certificate of a member. The mock signs no messages between servers, so the private
 * half is gone as soon as it has signed the request for the certificate.
 */
export interface SigningKey {
  readonly member: string
  readonly publicKey: KeyObject
  /** SHA-256 of the imported certificate, lower-case hex. */
  readonly certificate?: string
}

/** What a server has at the start: a certificate for its owner and for each member that has a client on it. */
export function initialSigning({ owner, clients, membersWithoutSigningCertificate }: TopologyServer): Signing {
  const without = new Set(membersWithoutSigningCertificate.map(memberPath))
  const members = [owner, ...clients.map(({ id }) => id)].map(memberPath)
  return { certified: new Set(members.filter((member) => !without.has(member))), keys: [] }
}

/** Whether messages of a client can be signed: all subsystems of a member share its certificate (TENANT-08). */
export function hasSigningCertificate({ certified, keys }: Signing, client: ClientId): boolean {
  const member = formatPath(memberOf(client))
  return certified.has(member) || keys.some((key) => key.member === member && key.certificate !== undefined)
}

function memberPath(path: string): string {
  return formatPath(memberOf(clientIdOf(path)))
}
