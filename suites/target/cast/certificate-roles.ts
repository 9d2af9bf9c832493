import { internalCertificateName } from '../../../fixtures/topology.ts'
import type { IdentityFacts } from './identity-facts.ts'
import type { Scene } from './scene.ts'

/** The parts that certificates play, always in relation to that of the ordinary HTTPS client ("the listed one"). */
export const certificateRoles = {
  stranger: part('that nobody lists', isStranger),
  /** For scenarios that list it while the server runs; no other scenario presents it. */
  spare: part('that nobody lists, beside a first such', isStranger, 1),
  'other-spare': part('that nobody lists, beside two such', isStranger, 2),
  'same-subject': part('with the subject of the listed one and another key', (one, { listed }) => {
    return one.subject === listed.subject && one.keySha256 !== listed.keySha256
  }),
  renewed: part('with the key of the listed one, issued anew', (one, { listed }) => {
    return one.keySha256 === listed.keySha256 && one.sha256 !== listed.sha256
  }),
  issued: part('issued by a certification authority that a client lists', (one, { identities, taken }) => {
    const authorities = identities.filter((other) => other.authority && taken.has(other.name))
    return !one.authority && authorities.some((other) => one.certificate.checkIssued(other.certificate))
  }),
  weak: part('with an RSA key of less than 2048 bits that a client lists', (one, { taken }) => {
    const { modulusLength = Number.POSITIVE_INFINITY } = one.certificate.publicKey.asymmetricKeyDetails ?? {}
    return taken.has(one.name) && modulusLength < 2048
  }),
  edwards: part('with an Ed25519 key that a client lists', (one, { taken }) => {
    return taken.has(one.name) && one.certificate.publicKey.asymmetricKeyType === 'ed25519'
  }),
  'other-purpose': part('that a client lists and that is meant for something else', (one, { taken }) => {
    const { keyUsage } = one.certificate
    return taken.has(one.name) && keyUsage !== undefined && !keyUsage.includes(clientAuthentication)
  }),
  'listed-with-issuer': part('that a client lists and another certificate has issued', (one, { taken }) => {
    return taken.has(one.name) && one.validity === 'current' && one.subject !== one.certificate.issuer
  }),
  internal: part('that the security server itself presents', (one, { scene }) => {
    return one.name === internalCertificateName(scene.server)
  }),
} as const satisfies Record<string, CertificatePart>

/** id-kp-clientAuth (RFC 5280 4.2.1.12). */
const clientAuthentication = '1.3.6.1.5.5.7.3.2'

export type CertificateRole = keyof typeof certificateRoles

export interface CertificatePart {
  /** Completes "no certificate". */
  readonly what: string
  readonly plays: (one: IdentityFacts, circumstances: Circumstances) => boolean
  /** How many others that would do go before. */
  readonly after: number
}

interface Circumstances {
  readonly scene: Scene
  readonly identities: readonly IdentityFacts[]
  readonly listed: IdentityFacts
  /** Names of certificates that a client lists or a server or information system presents. */
  readonly taken: ReadonlySet<string>
}

/** The name of the certificate that plays the part, among those that we can present. */
export function castCertificate(role: CertificateRole, scene: Scene): string | undefined {
  const listed = scene.identities.get(scene.https?.certificates[0] ?? '')
  if (listed === undefined) return undefined
  const { servers, informationSystems } = scene.topology
  const taken = [
    ...servers.flatMap((server) => [
      internalCertificateName(server),
      ...server.clients.flatMap((client) => client.certificates),
    ]),
    ...informationSystems.map((system) => system.certificate),
  ].filter((name) => name !== undefined)
  const identities = [...scene.identities.values()]
  const circumstances = { scene, identities, listed, taken: new Set(taken) }
  const { plays, after } = certificateRoles[role]
  return identities.filter((one) => one.hasKey && plays(one, circumstances))[after]?.name
}

function isStranger(one: IdentityFacts, { listed, taken }: Circumstances): boolean {
  const isGood = one.validity === 'current' && !one.authority && one.certificate.checkIssued(one.certificate)
  return isGood && !taken.has(one.name) && one.subject !== listed.subject && one.keySha256 !== listed.keySha256
}

function part(what: string, plays: CertificatePart['plays'], after = 0): CertificatePart {
  return { what, plays, after }
}
