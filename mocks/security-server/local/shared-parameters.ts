import { type ClientId, formatPath, parseClientPath } from '../../../fixtures/identifiers.ts'
import type { Quirks } from '../../../fixtures/version-profile.ts'
import { escapeXml } from '../../message/escape-markup.ts'
import type { GlobalConfiguration, GlobalMember, GlobalServer } from '../global-configuration.ts'
import { identifierFields } from '../identifier-fields.ts'

/**
 * The shared parameters of the instance: who exists, who hosts whom, and who is in which group. Certification and
 * time-stamping authorities are none, for no message is signed here.
 */
export function sharedParameters(
  { instance, members, servers, groups }: GlobalConfiguration,
  { listsSubsystemNames }: Pick<Quirks, 'listsSubsystemNames'>,
): string {
  const references = referencesOf(members)
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
    '<ns2:conf xmlns:ns1="http://x-road.eu/xsd/identifiers" xmlns:ns2="http://x-road.eu/xsd/xroad.xsd">',
    element('instanceIdentifier', instance),
    ...members.map((member) => memberElement(member, references, listsSubsystemNames)),
    ...servers.map((server) => serverElement(server, references)),
    ...[...groups].map(([code, group]) => groupElement(code, group)),
    `<globalSettings>${[...new Set(members.map(({ id }) => id.memberClass))].map(classElement).join('')}</globalSettings>`,
    '</ns2:conf>\n',
  ].join('')
}

/** The identifier within the document of every client, by its path. */
function referencesOf(members: readonly GlobalMember[]): ReadonlyMap<string, string> {
  const clients = members.flatMap(({ id, subsystems }) => [id, ...subsystems.map((subsystem) => subsystem.id)])
  return new Map(clients.map((id, index) => [formatPath(id), `id${index}`]))
}

function memberElement(
  { id, name, subsystems }: GlobalMember,
  references: ReadonlyMap<string, string>,
  withNames: boolean,
): string {
  const parts = subsystems.map((subsystem) => {
    const code = subsystem.id.kind === 'subsystem' ? subsystem.id.subsystemCode : ''
    const known = subsystem.name === undefined || !withNames ? '' : element('subsystemName', subsystem.name)
    return `<subsystem id="${references.get(formatPath(subsystem.id))}">${element('subsystemCode', code)}${known}</subsystem>`
  })
  return (
    `<member id="${references.get(formatPath(id))}">${classElement(id.memberClass)}` +
    `${element('memberCode', id.memberCode)}${element('name', name)}${parts.join('')}</member>`
  )
}

function serverElement(server: GlobalServer, references: ReadonlyMap<string, string>): string {
  const owner = formatPath(server.id.owner)
  const clients = [...server.clients].filter((path) => path !== owner).flatMap((path) => references.get(path) ?? [])
  const message = server.maintenance?.message
  const maintenance = message === undefined ? '' : element('message', message)
  return (
    `<securityServer>${element('owner', references.get(owner) ?? '')}${element('serverCode', server.code)}` +
    `${element('address', server.address)}${clients.map((client) => element('client', client)).join('')}` +
    `${server.maintenance === undefined ? '' : `<inMaintenanceMode>${maintenance}</inMaintenanceMode>`}</securityServer>`
  )
}

function groupElement(code: string, group: ReadonlySet<string>): string {
  const members = [...group].flatMap((path) => parseClientPath(path) ?? []).map(groupMember)
  return `<globalGroup>${element('groupCode', code)}${element('description', code)}${members.join('')}</globalGroup>`
}

function groupMember(id: ClientId): string {
  const parts = identifierFields(id).map(([field, value]) => element(`ns1:${field}`, value))
  return `<groupMember ns1:objectType="${id.kind.toUpperCase()}">${parts.join('')}</groupMember>`
}

function classElement(code: string): string {
  return `<memberClass>${element('code', code)}${element('description', code)}</memberClass>`
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`
}
