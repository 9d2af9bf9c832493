import type { IdentityFacts } from './identity-facts.ts'
import type { Scene } from './scene.ts'

/** The parts that certificates play, always in relation to that of the ordinary HTTPS client ("the listed one"). */
export const certificateRoles = {
  stranger: part('that nobody lists', (one, { listedAnywhere }) => {
    return !listedAnywhere.has(one.name) && one.validity === 'current' && !one.authority && one.selfSigned
  }),
  'same-subject': part('with the subject of the listed one and another key', (one, { listed }) => {
    return one.subject === listed.subject && one.keySha256 !== listed.keySha256
  }),
  renewed: part('with the key of the listed one, issued anew', (one, { listed }) => {
    return one.keySha256 === listed.keySha256 && one.sha256 !== listed.sha256
  }),
  issued: part('issued by a certification authority that a client lists', (one, { scene, listedAnywhere }) => {
    const authorities = [...scene.identities.values()].filter((other) => other.authority && listedAnywhere.has(other.name))
    return !one.authority && authorities.some((other) => one.certificate.checkIssued(other.certificate))
  }),
  internal: part('that the security server itself presents', (one, { scene }) => {
    return one.name === scene.server.internalCertificate
  }),
} as const satisfies Record<string, CertificatePart>

export type CertificateRole = keyof typeof certificateRoles

export interface CertificatePart {
  /** Completes "no certificate". */
  readonly what: string
  readonly plays: (one: Candidate, circumstances: Circumstances) => boolean
}

type Candidate = IdentityFacts & { readonly selfSigned: boolean }

interface Circumstances {
  readonly scene: Scene
  readonly listed: IdentityFacts
  /** Names of certificates that any client of any server lists. */
  readonly listedAnywhere: ReadonlySet<string>
}

/** The name of the first certificate that plays the part and that we can present. */
export function castCertificate(role: CertificateRole, scene: Scene): string | undefined {
  const listed = scene.identities.get(scene.https?.certificates[0] ?? '')
  if (listed === undefined) return undefined
  const lists = scene.topology.servers.flatMap((server) => server.clients.flatMap((client) => client.certificates))
  const circumstances = { scene, listed, listedAnywhere: new Set(lists) }
  return [...scene.identities.values()].find((one) => {
    const selfSigned = one.certificate.checkIssued(one.certificate)
    return one.hasKey && certificateRoles[role].plays({ ...one, selfSigned }, circumstances)
  })?.name
}

function part(what: string, plays: CertificatePart['plays']): CertificatePart {
  return { what, plays }
}
