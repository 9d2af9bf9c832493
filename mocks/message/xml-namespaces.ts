import type { XmlAttribute, XmlElement } from './xml-element.ts'

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
    ['xmlns', [xmlnsNamespace]],
  ])
}

/**
 * Adds what an attribute binds, if it binds a prefix, and notes that in `bound`, for `releaseNamespaces`; `fail` is told
 * of a binding that must not be.
 */
export function bindNamespace(
  { name, value }: WrittenAttribute,
  bindings: Bindings,
  bound: string[],
  fail: Fail,
): void {
  if (!declaresNamespace(name)) return
  const prefix = name === 'xmlns' ? '' : name.slice(6)
  checkBinding(name, prefix, value, fail)
  const namespaces = bindings.get(prefix)
  if (namespaces === undefined) bindings.set(prefix, [value])
  else namespaces.push(value)
  bound.push(prefix)
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
    // The reference prints all that it knows of the name.
    const parts = `prefix="xmlns",localpart="${prefix}",rawname="${name}"`
    fail(`The value of the attribute "${parts}" is invalid. Prefixed namespace bindings may not be empty.`)
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
  if (prefix === 'xmlns') fail(`Element "${name}" cannot have "xmlns" as its prefix.`)
  const namespace = bindings.get(prefix)?.at(-1)
  if (namespace === undefined) return fail(`The prefix "${prefix}" for element "${name}" is not bound.`)
  const attributes = written.map((attribute) => resolveAttribute(name, attribute, bindings, fail))
  if (attributes.length > 1) refuseRepetition(name, attributes, fail)
  return { localName, namespace, attributes: attributes.filter((one) => !declaresNamespace(one.name)) }
}

function refuseRepetition(element: string, attributes: readonly XmlAttribute[], fail: Fail): void {
  const seen = new Map<string, number>()
  /** The first attribute that stands again later, and where it does: in this order the reference looks for them. */
  let found: { first: number; again: XmlAttribute } | undefined
  for (const [index, attribute] of attributes.entries()) {
    const expanded = `${attribute.localName} ${attribute.namespace}`
    const first = seen.get(expanded)
    if (first === undefined) seen.set(expanded, index)
    else if (found === undefined || first < found.first) found = { first, again: attribute }
  }
  if (found === undefined) return
  const { name, localName, namespace } = found.again
  fail(
    namespace === ''
      ? `Attribute "${name}" was already specified for element "${element}".`
      : `Attribute "${localName}" bound to namespace "${namespace}" was already specified for element "${element}".`,
  )
}

function resolveAttribute(
  element: string,
  { name, value }: WrittenAttribute,
  bindings: Bindings,
  fail: Fail,
): XmlAttribute {
  if (name === 'xmlns') return { name, localName: name, namespace: xmlnsNamespace, value }
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
