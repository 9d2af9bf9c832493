import type { ClientId } from '../../../fixtures/identifiers.ts'
import type { Quirks } from '../../../fixtures/version-profile.ts'
import { fault } from '../../fault/fault.ts'
import { escapeXml } from '../../message/escape-markup.ts'
import { identifierFields } from '../identifier-fields.ts'

/** An entry of the list of clients: a member, or one of its subsystems. */
export interface ListedClient {
  readonly id: ClientId
  readonly name: string
  readonly subsystemName: string | undefined
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z{}-]+"
const mediaType = new RegExp(
  `^(${token}/${token})(?:[ \\t]*;[ \\t]*${token}[ \\t]*=[ \\t]*(?:${token}|"(?:[^"\\\\]|\\\\.)*"))*$`,
)

/** Whether JSON is asked for. Items of Accept count in their order, until one is JSON; an item that is no media type is an error if it comes first. */
export function acceptsJson(accept: readonly string[]): boolean {
  for (const item of accept.flatMap(listItems)) {
    const type = mediaType.exec(item)?.[1]
    if (type === undefined) throw fault('acceptUnparsable', { item })
    if (/^\*\/(?!\*$)/.test(type)) {
      throw fault('internal', { text: 'A wildcard type cannot be used with a non-wildcard subtype' })
    }
    if (type.toLowerCase() === 'application/json') return true
  }
  return false
}

/** As Java splits: an empty value is one item, but empty items at the end are none. */
function listItems(value: string): string[] {
  if (value === '') return ['']
  const items = value.split(/\s*,\s*/)
  return items.slice(0, items.findLastIndex((item) => item !== '') + 1)
}

/** The list as it stands in the body of an answer. */
export function writeClientList(clients: readonly ListedClient[], type: 'json' | 'xml', quirks: Quirks): string {
  return type === 'json' ? clientsAsJson(clients, quirks) : clientsAsXml(clients)
}

function clientsAsJson(clients: readonly ListedClient[], { repeatsIdentifierParts }: Quirks): string {
  const member = clients.map(({ id, name, subsystemName }) => ({
    id: {
      member_class: id.memberClass,
      member_code: id.memberCode,
      ...(id.kind === 'subsystem' ? { subsystem_code: id.subsystemCode } : {}),
      ...(repeatsIdentifierParts ? { fields_for_string_format: repeatedParts(id) } : {}),
      object_type: id.kind.toUpperCase(),
      xroad_instance: id.instance,
    },
    name,
    ...(subsystemName === undefined ? {} : { subsystem_name: subsystemName }),
  }))
  return JSON.stringify({ member })
}

function repeatedParts(id: ClientId): (string | null)[] {
  return [id.memberClass, id.memberCode, id.kind === 'subsystem' ? id.subsystemCode : null]
}

function clientsAsXml(clients: readonly ListedClient[]): string {
  const lines = clients.flatMap(({ id, name, subsystemName }) => [
    '    <ns2:member>',
    `        <ns2:id ns1:objectType="${id.kind.toUpperCase()}">`,
    ...identifierFields(id).map(([field, value]) => element(12, `ns1:${field}`, value)),
    '        </ns2:id>',
    element(8, 'ns2:name', name),
    ...(subsystemName === undefined ? [] : [element(8, 'ns2:subsystemName', subsystemName)]),
    '    </ns2:member>',
  ])
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<ns2:clientList xmlns:ns1="http://x-road.eu/xsd/identifiers" xmlns:ns2="http://x-road.eu/xsd/xroad.xsd">',
    ...lines,
    '</ns2:clientList>\n',
  ].join('\n')
}

function element(indent: number, name: string, text: string): string {
  return `${' '.repeat(indent)}<${name}>${escapeXml(text)}</${name}>`
}
