import type { XmlAttribute, XmlElement } from './xml-reader.ts'

/**
 * Namespaces by prefix, the innermost last: those that hold at one place of a document. One table serves the whole
 * document, so that elements may nest and bind as they like without a copy for each.
 */
export type Bindings = Map<string, string[]>

/** An attribute as written. */
interface WrittenAttribute {
  readonly name: string
  readonly value: string
}

type Fail = (message: string) => never

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'

/** The bindings outside of all elements. */
export function rootBindings(): Bindings {
  return new Map([
    ['', ['']],
    ['xml', [xmlNamespace]],
  ])
}

/** Adds the bindings of an element and gives their prefixes, for `releaseNamespaces`; `fail` is told of one that must not be. */
export function bindNamespaces(
  attributes: readonly WrittenAttribute[],
  bindings: Bindings,
  fail: Fail,
): readonly string[] {
  const bound: string[] = []
  for (const { name, value } of attributes) {
    if (!declaresNamespace(name)) continue
    const prefix = name === 'xmlns' ? '' : name.slice(6)
    checkBinding(name, prefix, value, fail)
    const namespaces = bindings.get(prefix)
    if (namespaces === undefined) bindings.set(prefix, [value])
    else namespaces.push(value)
    bound.push(prefix)
  }
  return bound
}

/** Takes back the bindings of an element that ends. */
export function releaseNamespaces(bound: readonly string[], bindings: Bindings): void {
  for (const prefix of bound) bindings.get(prefix)?.pop()
}

function checkBinding(name: string, prefix: string, namespace: string, fail: Fail): void {
  if (prefix === 'xmlns' || namespace === xmlnsNamespace) {
    fail(
      'The prefix "xmlns" cannot be bound to any namespace explicitly; neither can the namespace for "xmlns" be bound to any prefix explicitly.',
    )
  }
  if ((prefix === 'xml') !== (namespace === xmlNamespace)) {
    fail(
      'The prefix "xml" cannot be bound to any namespace other than its usual namespace; neither can the namespace for "xml" be bound to any prefix other than "xml".',
    )
  }
  if (prefix !== '' && namespace === '') {
    fail(`The value of the attribute "${name}" is invalid. Prefixed namespace bindings may not be empty.`)
  }
}

/** Resolves the names of an element and its attributes; `fail` is told of a prefix without a namespace and of a repeated name. */
export function resolveNames(
  name: string,
  written: readonly WrittenAttribute[],
  bindings: Bindings,
  fail: Fail,
): Pick<XmlElement, 'localName' | 'namespace' | 'attributes'> {
  const [prefix, localName] = splitName(name)
  const namespace = bindings.get(prefix)?.at(-1)
  if (namespace === undefined) return fail(`The prefix "${prefix}" for element "${name}" is not bound.`)
  const attributes = written
    .filter((attribute) => !declaresNamespace(attribute.name))
    .map((attribute) => resolveAttribute(name, attribute, bindings, fail))
  const names = new Set<string>()
  for (const one of attributes) {
    if (one.namespace === '') continue
    const expanded = `${one.localName} ${one.namespace}`
    if (names.has(expanded)) {
      fail(
        `Attribute "${one.localName}" bound to namespace "${one.namespace}" was already specified for element "${name}".`,
      )
    }
    names.add(expanded)
  }
  return { localName, namespace, attributes }
}

function resolveAttribute(
  element: string,
  { name, value }: WrittenAttribute,
  bindings: Bindings,
  fail: Fail,
): XmlAttribute {
  const [prefix, localName] = splitName(name)
  const namespace = prefix === '' ? '' : bindings.get(prefix)?.at(-1)
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
