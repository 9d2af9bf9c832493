import type { XmlAttribute, XmlElement } from './xml-reader.ts'

/** Namespaces by prefix, as they hold at one place of a document. */
export type Bindings = ReadonlyMap<string, string>

/** An attribute as written. */
interface WrittenAttribute {
  readonly name: string
  readonly value: string
}

export const rootBindings: Bindings = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
])

/** The bindings within an element, given those around it. */
export function bindNamespaces(attributes: readonly WrittenAttribute[], outer: Bindings): Bindings {
  let bindings: Map<string, string> | undefined
  for (const { name, value } of attributes) {
    if (!declaresNamespace(name)) continue
    bindings ??= new Map(outer)
    bindings.set(name === 'xmlns' ? '' : name.slice(6), value)
  }
  return bindings ?? outer
}

/** Resolves the names of an element and its attributes; `fail` is told of a prefix without a namespace and of a repeated name. */
export function resolveNames(
  name: string,
  written: readonly WrittenAttribute[],
  bindings: Bindings,
  fail: (message: string) => never,
): Pick<XmlElement, 'localName' | 'namespace' | 'attributes'> {
  const [prefix, localName] = splitName(name)
  const namespace = bindings.get(prefix)
  if (namespace === undefined) return fail(`The prefix "${prefix}" for element "${name}" is not bound.`)
  const attributes = written
    .filter((attribute) => !declaresNamespace(attribute.name))
    .map((attribute) => resolveAttribute(name, attribute, bindings, fail))
  for (const [index, one] of attributes.entries()) {
    const same = (other: XmlAttribute) => other.localName === one.localName && other.namespace === one.namespace
    if (one.namespace !== '' && attributes.findIndex(same) < index) {
      fail(
        `Attribute "${one.localName}" bound to namespace "${one.namespace}" was already specified for element "${name}".`,
      )
    }
  }
  return { localName, namespace, attributes }
}

function resolveAttribute(
  element: string,
  { name, value }: WrittenAttribute,
  bindings: Bindings,
  fail: (message: string) => never,
): XmlAttribute {
  const [prefix, localName] = splitName(name)
  const namespace = prefix === '' ? '' : bindings.get(prefix)
  if (namespace !== undefined) return { name, localName, namespace, value }
  return fail(
    `The prefix "${prefix}" for attribute "${name}" associated with an element type "${element}" is not bound.`,
  )
}

function declaresNamespace(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:')
}

function splitName(name: string): [prefix: string, localName: string] {
  const colon = name.indexOf(':')
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)]
}
