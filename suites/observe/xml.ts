import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** An element with its namespace resolved; `text` joins the character data that stands directly in it. */
export interface XmlElement {
  readonly namespace: string
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

// Identifiers are text: nothing becomes a number. Character references need `htmlEntities`; there is no DTD to define more.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
  cdataPropName: '#cdata',
  maxNestedTags: 1000,
})

type Node = Record<string, unknown>

/** Parses a document and returns its root element; undefined if it is not well-formed, has a DOCTYPE, or is too deep. */
export function parseXml(text: string): XmlElement | undefined {
  const document = text.replace(/^\uFEFF/, '')
  if (/<!DOCTYPE/i.test(document) || XMLValidator.validate(document) !== true) return undefined
  const root = parseNodes(document).find((node) => isElement(tagOf(node)))
  return root && readElement(root, new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]))
}

/** Empty for what the parser refuses to go into. */
function parseNodes(document: string): readonly Node[] {
  try {
    return parser.parse(document) as Node[]
  } catch {
    return []
  }
}

/** The first child of that name, in whatever namespace unless one is given. */
export function childOf(parent: XmlElement | undefined, name: string, namespace?: string): XmlElement | undefined {
  return parent?.children.find(
    (child) => child.name === name && (namespace === undefined || child.namespace === namespace),
  )
}

/** The first element of that name inside, at any depth. */
export function descendantOf(parent: XmlElement, name: string): XmlElement | undefined {
  for (const child of parent.children) {
    const found = child.name === name ? child : descendantOf(child, name)
    if (found !== undefined) return found
  }
  return undefined
}

function readElement(node: Node, inherited: ReadonlyMap<string, string>): XmlElement {
  const tag = tagOf(node)
  const attributes = new Map(Object.entries((node[':@'] ?? {}) as Record<string, string>))
  const scope = new Map(inherited)
  for (const [name, value] of attributes) {
    if (name === 'xmlns') scope.set('', value)
    else if (name.startsWith('xmlns:')) scope.set(name.slice(6), value)
  }
  const [name = '', prefix = ''] = tag.split(':').reverse()
  const content = node[tag] as Node[]
  return {
    namespace: scope.get(prefix) ?? '',
    name,
    attributes,
    children: content.filter((child) => isElement(tagOf(child))).map((child) => readElement(child, scope)),
    text: content.map(textOf).join(''),
  }
}

function tagOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ':@') ?? ''
}

function isElement(tag: string): boolean {
  return tag !== '' && !tag.startsWith('#') && !tag.startsWith('?')
}

function textOf(node: Node): string {
  if ('#text' in node) return String(node['#text'])
  return '#cdata' in node ? (node['#cdata'] as Node[]).map(textOf).join('') : ''
}
