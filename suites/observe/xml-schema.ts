import type { XmlElement } from './xml.ts'

/*
 * As much of XML Schema as descriptions of services use: elements, sequences, choices, how often they occur, and types by
 * name. What else there is (extensions, wildcards, groups) is taken as it comes, and so are the values of simple types.
 * References are followed by their local names.
 */

/** An element or a group of elements as a schema declares it. */
export interface Declared {
  readonly node: XmlElement
  /** The schema around it. */
  readonly schema: XmlElement
  readonly schemas: readonly XmlElement[]
}

/** The element of that name that one of the schemas declares for everybody. */
export function declaredElement(schemas: readonly XmlElement[], name: string): Declared | undefined {
  return globalOf(schemas, 'element', name)
}

/** What speaks against an element, as sentences; none if it is as declared. */
export function schemaProblems(declared: Declared, instance: XmlElement): string[] {
  const name = `<${instance.name}>`
  if (!isNamed(declared, instance)) return [`${name} of "${instance.namespace}" is not what is declared`]
  const particles = particlesOf(declared)
  if (particles === undefined) return instance.children.length === 0 ? [] : [`${name} has elements inside`]
  const problems: string[] = []
  const end = inOrder(particles, instance.children, 0, problems)
  if (end === undefined) return [...problems, `${name} lacks an element, or has it in another place`]
  const unexpected = instance.children[end]
  return unexpected === undefined ? problems : [...problems, `${name} has an unexpected <${unexpected.name}>`]
}

/** The smallest XML that is as declared, with some value wherever there is text. */
export function sampleOf(declared: Declared): string {
  const { node } = declared
  if (node.name === 'choice') return particlesIn(declared).map(sampleOf)[0] ?? ''
  if (node.name !== 'element') return samplesOf(particlesIn(declared))
  const element = referred(declared)
  const particles = particlesOf(element)
  const content = particles === undefined ? sampleValue(element) : samplesOf(particles)
  const { name, namespace } = qualifiedName(element)
  return `<${name} xmlns="${namespace}">${content}</${name}>`
}

function samplesOf(particles: readonly Declared[]): string {
  return particles
    .filter(({ node }) => occurrences(node).least > 0)
    .map(sampleOf)
    .join('')
}

function sampleValue({ node }: Declared): string {
  const type = localName(node.attributes.get('type'))
  if (/int|long|short|byte|decimal|float|double/i.test(type)) return '1'
  if (type === 'boolean') return 'true'
  return type.startsWith('date') ? '2026-01-01' : 'Ada'
}

/** Where the children go on behind these particles; undefined if one is missing. */
function inOrder(particles: readonly Declared[], children: readonly XmlElement[], from: number, problems: string[]) {
  let at = from
  for (const particle of particles) {
    const next = match(particle, children, at, problems)
    if (next === undefined) return undefined
    at = next
  }
  return at
}

/** The same behind as many of one particle as there may be. A schema is never in doubt which particle comes next. */
function match(
  particle: Declared,
  children: readonly XmlElement[],
  from: number,
  problems: string[],
): number | undefined {
  const { least, most } = occurrences(particle.node)
  let at = from
  for (let count = 0; count < most; count += 1) {
    const next = matchOnce(particle, children, at, problems)
    if (next === undefined) return count >= least ? at : undefined
    if (next === at) return at
    at = next
  }
  return at
}

function matchOnce(particle: Declared, children: readonly XmlElement[], at: number, problems: string[]) {
  switch (particle.node.name) {
    case 'element': {
      const child = children[at]
      const element = referred(particle)
      if (child === undefined || !isNamed(element, child)) return undefined
      problems.push(...schemaProblems(element, child))
      return at + 1
    }
    case 'sequence':
      return inOrder(particlesIn(particle), children, at, problems)
    case 'choice': {
      const ends = particlesIn(particle).map((one) => match(one, children, at, problems))
      return ends.find((end) => end !== undefined && end > at) ?? ends.find((end) => end !== undefined)
    }
    default:
      return children.length
  }
}

/** What an element has inside; undefined if that is text. */
function particlesOf(element: Declared): Declared[] | undefined {
  const inline = element.node.children.find(({ name }) => name === 'complexType')
  const named = globalOf(element.schemas, 'complexType', localName(element.node.attributes.get('type')))
  if (inline !== undefined) return particlesIn({ ...element, node: inline })
  return named && particlesIn(named)
}

const notParticles = new Set(['annotation', 'attribute', 'attributeGroup', 'anyAttribute'])

function particlesIn(group: Declared): Declared[] {
  return group.node.children.filter(({ name }) => !notParticles.has(name)).map((node) => ({ ...group, node }))
}

/** The element itself, or the one that it refers to. */
function referred(element: Declared): Declared {
  const reference = element.node.attributes.get('ref')
  return (reference && globalOf(element.schemas, 'element', localName(reference))) || element
}

function globalOf(schemas: readonly XmlElement[], kind: string, name: string): Declared | undefined {
  return schemas
    .flatMap((schema) => schema.children.map((node) => ({ node, schema, schemas })))
    .find(({ node }) => node.name === kind && node.attributes.get('name') === name)
}

function isNamed(element: Declared, instance: XmlElement): boolean {
  const { name, namespace } = qualifiedName(element)
  return instance.name === name && instance.namespace === namespace
}

function qualifiedName({ node, schema }: Declared): { name: string; namespace: string } {
  const form = node.attributes.get('form') ?? schema.attributes.get('elementFormDefault')
  const isQualified = schema.children.includes(node) || form === 'qualified'
  const namespace = isQualified ? (schema.attributes.get('targetNamespace') ?? '') : ''
  return { name: node.attributes.get('name') ?? localName(node.attributes.get('ref')), namespace }
}

function occurrences({ attributes }: XmlElement): { least: number; most: number } {
  const most = attributes.get('maxOccurs') ?? '1'
  return { least: Number(attributes.get('minOccurs') ?? 1), most: most === 'unbounded' ? Infinity : Number(most) }
}

function localName(name = ''): string {
  return name.split(':').at(-1) ?? ''
}
