import { clientIdOf, formatPath, memberOf } from '../../../fixtures/identifiers.ts'
import type { TopologyClient } from '../../../fixtures/topology.ts'
import { canSign, mayCall } from './access.ts'
import { hasOwnCertificate, isHttps, isSubsystem, type Scene } from './scene.ts'

/**
 * The parts that clients play in scenarios, found by what the topology says of them: an operator's own names will do.
 * The first client of the consumer's server that fits plays the part.
 */
export const clientRoles = {
  https: part('of type HTTPS with one certificate of its own, and a right to the test services', (client, scene) => {
    return client === scene.https
  }),
  'other-tenant': part('of type HTTPS of another organisation, with a certificate of its own', (client, scene) => {
    return isSubsystem(client) && hasOwnCertificate(client, scene) && memberPath(client) !== memberPath(scene.https)
  }),
  sibling: part('of type HTTPS of the same organisation, with another certificate', (client, scene) => {
    const sameMember = isSubsystem(client) && memberPath(client) === memberPath(scene.https)
    return sameMember && hasOwnCertificate(client, scene) && !shareCertificate(client, scene.https)
  }),
  'shared-certificate': part('that lists the same certificate as its sibling', (client, scene) => {
    return client !== scene.https && isHttps(client) && shareCertificate(client, scene.https)
  }),
  'no-auth': part('of type HTTPS NO AUTH with a right to the test services', (client, scene) => {
    return client.connectionType === 'HTTPS_NO_AUTH' && mayCallTestServices(client, scene)
  }),
  http: part('of type HTTP with a right to the test services', (client, scene) => {
    return client.connectionType === 'HTTP' && mayCallTestServices(client, scene)
  }),
  'no-certificates': part('of type HTTPS with an empty certificate list', (client) => {
    return isHttps(client) && client.certificates.length === 0
  }),
  'two-certificates': part('of type HTTPS with two certificates', (client, scene) => {
    return (
      isHttps(client) && client.certificates.length > 1 && client.certificates.every((name) => canPresent(name, scene))
    )
  }),
  expired: part('of type HTTPS whose certificate has expired', (client, scene) => {
    return isHttps(client) && listsOnly(client, scene, 'expired')
  }),
  future: part('of type HTTPS whose certificate is not yet valid', (client, scene) => {
    return isHttps(client) && listsOnly(client, scene, 'future')
  }),
  'authority-listed': part('of type HTTPS that lists a certification authority', (client, scene) => {
    return isHttps(client) && client.certificates.some((name) => scene.identities.get(name)?.authority)
  }),
  'elliptic-curve': part('of type HTTPS whose certificate has an elliptic curve key', (client, scene) => {
    const isEc = (name: string) => scene.identities.get(name)?.certificate.publicKey.asymmetricKeyType === 'ec'
    return isHttps(client) && client.certificates.some((name) => isEc(name) && canPresent(name, scene))
  }),
  'beyond-ascii': part('of type HTTPS whose code has letters beyond ASCII', (client, scene) => {
    return /%[89A-F]/i.test(client.id) && isHttps(client) && hasOwnCertificate(client, scene)
  }),
  owner: part('that owns the security server', (client, scene) => {
    return client.id === scene.server.owner && isHttps(client) && hasOwnCertificate(client, scene)
  }),
  'without-rights': part('that may call none of the test services', (client, scene) => {
    return (
      !mayCallTestServices(client, scene) && (client.connectionType !== 'HTTPS' || hasOwnCertificate(client, scene))
    )
  }),
  unsigned: part('whose organisation has no signing certificate', (client, { server }) => !canSign(server, client)),
} as const satisfies Record<string, ClientPart>

export type ClientRole = keyof typeof clientRoles

export interface ClientPart {
  /** Completes "no client". */
  readonly what: string
  readonly plays: (client: TopologyClient, scene: Scene) => boolean
}

function part(what: string, plays: ClientPart['plays']): ClientPart {
  return { what, plays }
}

export function mayCallTestServices(client: TopologyClient, scene: Scene): boolean {
  return scene.testServices.length > 0 && scene.testServices.every((one) => mayCall(scene.topology, client.id, one))
}

function memberPath(client: TopologyClient | undefined): string | undefined {
  return client && formatPath(memberOf(clientIdOf(client.id)))
}

function shareCertificate(one: TopologyClient, other: TopologyClient | undefined): boolean {
  return one.certificates.some((name) => other?.certificates.includes(name))
}

function canPresent(name: string, scene: Scene): boolean {
  return scene.identities.get(name)?.hasKey === true
}

function listsOnly(client: TopologyClient, scene: Scene, validity: 'expired' | 'future'): boolean {
  const listed = client.certificates.map((name) => scene.identities.get(name))
  return listed.length > 0 && listed.every((identity) => identity?.validity === validity && identity.hasKey)
}
