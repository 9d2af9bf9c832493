import {
  type ContentModel,
  type Item,
  identifiersNamespace,
  objectTypes,
  type TextType,
  textTypes,
} from '../../fixtures/configuration-schema/content-model.ts'
import type { DocumentSchema } from '../../fixtures/configuration-schema/parameters-schema.ts'

/** Writes a schema as an XML Schema document, for validators that know no other; it imports `identifiers.xsd` beside it. */
export function schemaDocument({ root, namespace, content }: DocumentSchema): string {
  return [
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:id="${identifiersNamespace}"`,
    ` targetNamespace="${namespace}">`,
    `<xs:import namespace="${identifiersNamespace}" schemaLocation="identifiers.xsd"/>`,
    `<xs:element name="${root}">${typeOf(content)}</xs:element></xs:schema>`,
  ].join('')
}

/** The schema of identifiers: elements and attribute stand in their namespace. */
export function identifiersDocument(): string {
  const names = ['xRoadInstance', 'memberClass', 'memberCode', 'subsystemCode']
  return [
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${identifiersNamespace}">`,
    ...names.map((name) => `<xs:element name="${name}" type="xs:string"/>`),
    `<xs:attribute name="objectType">${enumeration(...objectTypes)}</xs:attribute></xs:schema>`,
  ].join('')
}

const builtIn: Partial<Record<TextType, string>> = { reference: 'IDREF' }

function typeOf(model: ContentModel): string {
  if (model.kind === 'text') return textTypeOf(model.type)
  const { items, attribute, open } = model
  const any = open ? '<xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/>' : ''
  const sequence = `<xs:sequence>${items.map(elementOf).join('')}${any}</xs:sequence>`
  const attributes = {
    id: '<xs:attribute name="id" type="xs:ID"/>',
    objectType: '<xs:attribute ref="id:objectType" use="required"/>',
  }
  return `<xs:complexType>${sequence}${attribute === undefined ? '' : attributes[attribute]}</xs:complexType>`
}

function elementOf({ name, content, min, max, namespace }: Item): string {
  const occurrence = `minOccurs="${min}" maxOccurs="${max}"`
  if (namespace !== undefined) return `<xs:element ref="id:${name}" ${occurrence}/>`
  return `<xs:element name="${name}" ${occurrence}>${typeOf(content)}</xs:element>`
}

function textTypeOf(type: TextType): string {
  const values = /^\^\(([A-Z|]+)\)\$$/.exec(textTypes[type].source)?.[1]
  if (values !== undefined) return enumeration(...values.split('|'))
  return `<xs:simpleType><xs:restriction base="xs:${builtIn[type] ?? type}"/></xs:simpleType>`
}

function enumeration(...values: string[]): string {
  const facets = values.map((value) => `<xs:enumeration value="${value}"/>`).join('')
  return `<xs:simpleType><xs:restriction base="xs:string">${facets}</xs:restriction></xs:simpleType>`
}
