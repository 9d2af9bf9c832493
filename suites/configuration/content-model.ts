import type { XmlElement } from '../observe/xml.ts'

/** What an element may hold: a text of some type, or elements in a fixed order. */
export type ContentModel = TextModel | SequenceModel

export interface TextModel {
  readonly kind: 'text'
  readonly type: TextType
}

export interface SequenceModel {
  readonly kind: 'sequence'
  readonly items: readonly Item[]
  /** `id` is an XML identifier, and optional; `objectType` stands in the namespace of identifiers. */
  readonly attribute?: 'id' | 'objectType'
  /** Elements of later versions may follow. */
  readonly open?: boolean
}

export interface Item {
  readonly name: string
  readonly content: ContentModel
  readonly min: 0 | 1
  readonly max: 1 | 'unbounded'
  /** No namespace unless it says otherwise. */
  readonly namespace?: string
}

export const textTypes = {
  string: /(?:)/,
  dateTime: /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
  base64Binary: /^\s*([A-Za-z0-9+/]\s*)+(=\s*){0,2}$/,
  boolean: /^\s*(true|false|0|1)\s*$/,
  integer: /^\s*[+-]?\d+\s*$/,
  reference: /^\s*[\p{L}_][\p{L}\p{N}._-]*\s*$/u,
  cost: /^(FREE|PAID|UNDEFINED)$/,
  requestFormat: /^(PEM|DER)$/,
} as const

export type TextType = keyof typeof textTypes

/** What an objectType may say, whatever it is that is identified. */
export const objectTypes = ['MEMBER', 'SUBSYSTEM', 'SERVER', 'GLOBALGROUP', 'LOCALGROUP', 'SERVICE'] as const

export const identifiersNamespace = 'http://x-road.eu/xsd/identifiers'
export const xroadNamespace = 'http://x-road.eu/xsd/xroad.xsd'

export const text = (type: TextType = 'string'): TextModel => ({ kind: 'text', type })
export const sequence = (
  items: readonly (Item | undefined)[],
  more: Omit<SequenceModel, 'kind' | 'items'> = {},
): SequenceModel => ({ kind: 'sequence', items: items.filter((item) => item !== undefined), ...more })
export const one = (name: string, content: ContentModel = text()): Item => ({ name, content, min: 1, max: 1 })
export const optional = (name: string, content: ContentModel = text()): Item => ({ name, content, min: 0, max: 1 })
export const many = (name: string, content: ContentModel, min: 0 | 1 = 0): Item => ({
  name,
  content,
  min,
  max: 'unbounded',
})

/** Why an element does not follow its model, naming the place; undefined if it does. */
export function violationOf(element: XmlElement, model: ContentModel, path = element.name): string | undefined {
  const wrong = attributeViolation(element, model, path)
  if (wrong !== undefined) return wrong
  if (model.kind === 'text') return textViolation(element, model, path)
  if (element.text.trim() !== '') return `${path} holds text`
  let at = 0
  for (const item of model.items) {
    let count = 0
    for (let child = element.children[at]; isOf(child, item); child = element.children[at]) {
      if (count === 1 && item.max === 1) return `${path} has a second ${item.name}`
      const inside = violationOf(child, item.content, `${path}/${item.name}`)
      if (inside !== undefined) return inside
      count += 1
      at += 1
    }
    if (count < item.min) return `${path} has ${element.children[at]?.name ?? 'nothing'} where ${item.name} must stand`
  }
  const left = element.children[at]
  return left === undefined || model.open ? undefined : `${path} has ${left.name} where it may not stand`
}

function isOf(child: XmlElement | undefined, { name, namespace = '' }: Item): child is XmlElement {
  return child?.name === name && child.namespace === namespace
}

function textViolation({ children, text: value }: XmlElement, { type }: TextModel, path: string): string | undefined {
  if (children.length > 0) return `${path} holds elements`
  return textTypes[type].test(value) ? undefined : `${path} is "${value.slice(0, 40)}", which is no ${type}`
}

// Declarations of namespaces, and what XML Schema allows everywhere: the latter by any prefix.
const alwaysAllowed = /^xmlns(:|$)|^(?!xml:)[^:]+:(type|nil|schemaLocation|noNamespaceSchemaLocation)$/

function attributeViolation({ attributes }: XmlElement, model: ContentModel, path: string): string | undefined {
  const attribute = model.kind === 'text' ? undefined : model.attribute
  let objectType: string | undefined
  for (const [name, value] of attributes) {
    if (attribute === 'objectType' && /^[^:]+:objectType$/.test(name)) objectType = value
    else if (!(attribute === 'id' && name === 'id') && !alwaysAllowed.test(name))
      return `${path} has an attribute ${name}`
  }
  if (attribute !== 'objectType') return undefined
  if (objectType === undefined) return `${path} has no attribute objectType of the identifiers`
  const isKnown = objectTypes.some((type) => type === objectType)
  return isKnown ? undefined : `${path} has the objectType "${objectType}", which there is none of`
}
