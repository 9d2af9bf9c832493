import { type ClientId, formatPath } from '../../fixtures/identifiers.ts'
import { childOf, parseXml, type XmlElement } from './xml.ts'

/** A member or a subsystem in the shared parameters. */
export interface SharedClient {
  /** `INSTANCE/CLASS/MEMBER[/SUBSYSTEM]`. */
  readonly path: string
  /** The name of the member. */
  readonly name: string | undefined
  readonly subsystemName: string | undefined
}

/** The members and subsystems of shared parameters; undefined if the text is none. */
export function clientsOfSharedParameters(text: string): SharedClient[] | undefined {
  const root = parseXml(text)
  const instance = childOf(root, 'instanceIdentifier')?.text
  if (root?.name !== 'conf' || instance === undefined) return undefined
  return root.children.filter(({ name }) => name === 'member').flatMap((member) => clientsOfMember(instance, member))
}

function clientsOfMember(instance: string, member: XmlElement): SharedClient[] {
  const part = (parent: XmlElement | undefined, name: string) => childOf(parent, name)?.text
  const memberClass = part(childOf(member, 'memberClass'), 'code') ?? ''
  const id = { instance, memberClass, memberCode: part(member, 'memberCode') ?? '' }
  const name = part(member, 'name')
  const shared = (client: ClientId, subsystemName?: string) => ({ path: formatPath(client), name, subsystemName })
  const subsystems = member.children.filter((child) => child.name === 'subsystem')
  return [
    shared({ kind: 'member', ...id }),
    ...subsystems.map((subsystem) => {
      const subsystemCode = part(subsystem, 'subsystemCode') ?? ''
      return shared({ kind: 'subsystem', ...id, subsystemCode }, part(subsystem, 'subsystemName'))
    }),
  ]
}
