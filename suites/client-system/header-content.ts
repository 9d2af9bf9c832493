import type { XmlElement } from '../observe/xml.ts'
import { fieldsOf, type SentEnvelope } from './sent-message.ts'

const xroad = 'http://x-road.eu/xsd/xroad.xsd'
const identifiers = 'http://x-road.eu/xsd/identifiers'

interface IdentifierContent {
  readonly types: readonly string[]
  /** The names of the parts in their order, each before a space. */
  readonly parts: RegExp
}

const member = 'xRoadInstance memberClass memberCode '

/** What the schemas declare of the fields that are identifiers (PR-MESS, Annex A and B). */
const identifierFields: Readonly<Record<string, IdentifierContent>> = {
  client: { types: ['MEMBER', 'SUBSYSTEM'], parts: new RegExp(`^${member}(?:subsystemCode )?$`) },
  service: {
    types: ['SERVICE'],
    parts: new RegExp(`^${member}(?:subsystemCode )?serviceCode (?:serviceVersion )?$`),
  },
  securityServer: { types: ['SERVER'], parts: new RegExp(`^${member}serverCode $`) },
  centralService: { types: ['CENTRALSERVICE'], parts: /^xRoadInstance serviceCode $/ },
}

const textFields = ['id', 'userId', 'issue', 'protocolVersion', 'requestHash']

/** The fields whose content is not as declared, and those that are missing, by name. What no schema knows is free. */
export function misdeclaredFields(message: SentEnvelope): readonly string[] {
  const fields = fieldsOf(message).filter(({ namespace }) => namespace === xroad)
  const isGiven = (...names: string[]) => fields.some(({ name }) => names.includes(name))
  const missing = ['client', 'id', 'protocolVersion'].filter((name) => !isGiven(name))
  if (!isGiven('service', 'centralService')) missing.push('service')
  return [...missing, ...fields.filter((field) => !isAsDeclared(field, message)).map(({ name }) => name)]
}

/** The identifiers in the header. */
export function identifiersOf(message: SentEnvelope): readonly XmlElement[] {
  return fieldsOf(message).filter(({ namespace, name }) => namespace === xroad && Object.hasOwn(identifierFields, name))
}

/** The type that an identifier says that it has: MEMBER, SUBSYSTEM… */
export function objectTypeOf(field: XmlElement, { envelope }: SentEnvelope): string | undefined {
  const header = envelope.children.find(({ children }) => children.includes(field))
  const scopes = [field, header, envelope]
  const found = [...field.attributes].find(([name]) => {
    const [, prefix] = /^([^:]+):objectType$/.exec(name) ?? []
    const declaring = scopes.find((scope) => scope?.attributes.has(`xmlns:${prefix}`))
    return prefix !== undefined && declaring?.attributes.get(`xmlns:${prefix}`) === identifiers
  })
  return found?.[1]
}

function isAsDeclared(field: XmlElement, message: SentEnvelope): boolean {
  if (textFields.includes(field.name)) return field.children.length === 0
  const declared = Object.hasOwn(identifierFields, field.name) ? identifierFields[field.name] : undefined
  if (declared === undefined) return true
  const isPart = ({ namespace, children }: XmlElement) => namespace === identifiers && children.length === 0
  return (
    field.text.trim() === '' &&
    field.children.every(isPart) &&
    declared.parts.test(field.children.map(({ name }) => `${name} `).join('')) &&
    declared.types.includes(objectTypeOf(field, message) ?? '')
  )
}
