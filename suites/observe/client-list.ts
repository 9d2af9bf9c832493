import { type ClientId, formatPath } from '../../fixtures/identifiers.ts'
import type { Response } from './answer.ts'
import { bodyJson, bodyText } from './response.ts'
import { childOf, parseXml, type XmlElement } from './xml.ts'

/** An entry of the answer to `/listClients`. */
export interface ListedClient {
  /** `INSTANCE/CLASS/MEMBER[/SUBSYSTEM]`. */
  readonly path: string
  readonly objectType: string | undefined
  readonly name: unknown
  /** Undefined where the list gives none at all: `null` is something else. */
  readonly subsystemName: unknown
}

const xroad = 'http://x-road.eu/xsd/xroad.xsd'
const identifiers = 'http://x-road.eu/xsd/identifiers'

/** The entries of a list in JSON, named as in Annex B of the metadata protocol; undefined if the body is no such list. */
export function clientsOfJson(response: Pick<Response, 'body'>): ListedClient[] | undefined {
  const list = bodyJson(response) as { member?: unknown } | undefined
  if (!Array.isArray(list?.member)) return undefined
  return list.member.map(({ id, name, subsystem_name }: Record<string, unknown>) => {
    const { object_type, xroad_instance, member_class, member_code, subsystem_code } = (id ?? {}) as Record<
      string,
      string
    >
    const path = pathOf(xroad_instance, member_class, member_code, subsystem_code)
    return { path, objectType: object_type, name, subsystemName: subsystem_name }
  })
}

/** The entries of a list in XML, as in Annex A; undefined if the body is no such list. */
export function clientsOfXml(response: Pick<Response, 'body'>): ListedClient[] | undefined {
  const root = parseXml(bodyText(response))
  if (root?.name !== 'clientList' || root.namespace !== xroad) return undefined
  return root.children.map((member) => {
    const id = childOf(member, 'id', xroad)
    const part = (name: string) => childOf(id, name, identifiers)?.text
    return {
      path: pathOf(part('xRoadInstance'), part('memberClass'), part('memberCode'), part('subsystemCode')),
      objectType: id && objectTypeOf(id),
      name: childOf(member, 'name', xroad)?.text,
      subsystemName: childOf(member, 'subsystemName', xroad)?.text,
    }
  })
}

/** The attribute `objectType`, whatever its prefix. */
export function objectTypeOf(id: XmlElement): string | undefined {
  return [...id.attributes].find(([name]) => name.split(':').at(-1) === 'objectType')?.[1]
}

function pathOf(instance = '', memberClass = '', memberCode = '', subsystemCode?: string): string {
  const member = { instance, memberClass, memberCode }
  const id: ClientId =
    subsystemCode === undefined ? { kind: 'member', ...member } : { kind: 'subsystem', ...member, subsystemCode }
  return formatPath(id)
}
