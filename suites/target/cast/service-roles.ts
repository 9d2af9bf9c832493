import type { Protocol } from '../protocol.ts'
import { canSign, mayCall, type PlacedService } from './access.ts'
import { isGetRandom, isRestTest, type Scene } from './scene.ts'

/** The parts that services play; each is `rest-test` over REST and `getRandom` over SOAP, configured in another way. */
export const serviceRoles = {
  random: part('that the ordinary HTTPS client may call', (one, scene) => isOpen(one) && scene.mayCall(one)),
  disabled: part('that is disabled with a notice', (one, scene) => {
    return one.description.disabled && one.description.notice !== undefined && scene.mayCall(one)
  }),
  'disabled-closed': part('that is disabled with a notice and that nobody may call', (one) => {
    return one.description.disabled && one.description.notice !== undefined && one.service.allow.length === 0
  }),
  closed: part('that nobody may call', (one) => isOpen(one) && one.service.allow.length === 0),
  exclusive: part('that the ordinary HTTPS client may call and the other tenant may not', (one, scene) => {
    return isOpen(one) && scene.mayCall(one) && !scene.otherTenantMayCall(one)
  }),
  unsigned: part('whose provider has no signing certificate', (one, scene) => !signs(one) && scene.mayCall(one)),
  unreachable: part('at whose address nobody listens', (one) => one.service.url.includes('127.0.0.1:1/')),
  unresolvable: part('at a host that does not exist', (one) => /\/\/[^/]*\.invalid\b/.test(one.service.url)),
  secure: part('whose information system is called over HTTPS', (one, scene) => {
    return isOpen(one) && scene.mayCall(one) && /^(https:|\$\{[^}]*\.https\})/.test(one.service.url)
  }),
} as const satisfies Record<string, ServicePart>

export type ServiceRole = keyof typeof serviceRoles

export interface ServicePart {
  /** Completes "no service". */
  readonly what: string
  readonly plays: (one: PlacedService, rights: Rights) => boolean
}

interface Rights {
  readonly mayCall: (one: PlacedService) => boolean
  readonly otherTenantMayCall: (one: PlacedService) => boolean
}

/** The first service that plays the part over that protocol. */
export function castService(
  role: ServiceRole,
  protocol: Protocol,
  scene: Scene,
  otherTenant: string | undefined,
): PlacedService | undefined {
  const mayClientCall = (client: string | undefined) => (one: PlacedService) =>
    client !== undefined && mayCall(scene.topology, client, one)
  const rights = { mayCall: mayClientCall(scene.caller?.id), otherTenantMayCall: mayClientCall(otherTenant) }
  const isOfProtocol = protocol === 'rest' ? isRestTest : isGetRandom
  return scene.services.find((one) => isOfProtocol(one) && serviceRoles[role].plays(one, rights))
}

function isOpen(one: PlacedService): boolean {
  const { url } = one.service
  return signs(one) && !one.description.disabled && !url.includes('127.0.0.1:1/') && !/\.invalid\b/.test(url)
}

function signs({ server, provider }: PlacedService): boolean {
  return canSign(server, provider)
}

function part(what: string, plays: ServicePart['plays']): ServicePart {
  return { what, plays }
}
