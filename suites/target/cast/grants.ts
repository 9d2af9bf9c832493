import { type ClientId, clientIdOf, type ServiceId } from '../../../fixtures/identifiers.ts'
import type { Protocol } from '../protocol.ts'
import type { PlacedService } from './access.ts'
import { isGetRandom, isRestTest, type Scene } from './scene.ts'

/** Roundabout ways to a right. */
export const grants = {
  localGroup: 'a local group alone',
  globalGroup: 'a global group alone',
  endpoint: 'the endpoint GET /random alone',
} as const

export type Grant = keyof typeof grants

/** A test service with a right of that kind and no other, and a client of the consumers' server that has the right. */
export function findGrant(
  kind: Grant,
  protocol: Protocol,
  scene: Scene,
): { readonly client: ClientId; readonly service: ServiceId } | undefined {
  const isOfProtocol = protocol === 'rest' ? isRestTest : isGetRandom
  for (const one of scene.services.filter((placed) => isOfProtocol(placed) && !placed.description.disabled)) {
    const client = scene.server.clients.find(
      ({ id, status }) => status === 'registered' && granted(kind, one, scene).includes(id),
    )
    if (client !== undefined) return { client: clientIdOf(client.id), service: one.id }
  }
  return undefined
}

/** Paths of the clients that have the service's only right, if it is of that kind. */
function granted(kind: Grant, { service, provider }: PlacedService, { topology }: Scene): readonly string[] {
  const [right, ...others] = service.allow
  const [subject, ...moreSubjects] = right?.subjects ?? []
  if (right === undefined || subject === undefined || others.length > 0 || moreSubjects.length > 0) return []
  if (kind === 'endpoint') {
    const isRandom =
      right.endpoints?.length === 1 && right.endpoints[0]?.path === '/random' && right.endpoints[0].method === 'GET'
    return isRandom && 'client' in subject ? [subject.client] : []
  }
  if (right.endpoints !== undefined) return []
  if ('globalGroup' in subject && (subject.instance ?? topology.instance) !== topology.instance) return []
  const groups = kind === 'localGroup' ? provider.localGroups : topology.globalGroups
  const code = 'localGroup' in subject ? subject.localGroup : 'globalGroup' in subject ? subject.globalGroup : undefined
  const isOfKind = kind in subject
  return isOfKind ? (groups.find((group) => group.code === code)?.members ?? []) : []
}
