import { parseXml, type XmlElement } from '../observe/xml.ts'
import { ConfigurationProblem } from './configuration-problem.ts'
import { violationOf } from './content-model.ts'
import type { DocumentSchema } from './parameters-schema.ts'

/** Reads a document and holds it against its schema; throws a ConfigurationProblem with that code. */
export function checkDocument(bytes: Buffer, schema: DocumentSchema, code: string, what: string): XmlElement {
  const root = readDocument(bytes)
  // A security server passes over a DOCTYPE; one that no central server writes is not worth the danger.
  if (root === undefined) throw new ConfigurationProblem(code, `${what} is not well-formed XML, or has a DOCTYPE`)
  if (root.name !== schema.root || root.namespace !== schema.namespace) {
    throw new ConfigurationProblem(
      code,
      `${what} begins with {${root.namespace}}${root.name} instead of {${schema.namespace}}${schema.root}`,
    )
  }
  const violation = violationOf(root, schema.content) ?? referenceViolation(root)
  if (violation !== undefined) throw new ConfigurationProblem(code, `${what} does not follow its schema: ${violation}`)
  return root
}

function readDocument(bytes: Buffer): XmlElement | undefined {
  try {
    return parseXml(bytes.toString('utf8'))
  } catch {
    // Nested deeper than any parser goes.
    return undefined
  }
}

/** Which identifier is used twice, or named without being there; owners are members. */
function referenceViolation(root: XmlElement): string | undefined {
  const members = new Set<string>()
  const all = new Set<string>()
  for (const member of root.children.filter(({ name }) => name === 'member')) {
    for (const element of [member, ...member.children.filter(({ name }) => name === 'subsystem')]) {
      const id = element.attributes.get('id')
      if (id === undefined) continue
      if (!/^[\p{L}_][\p{L}\p{N}._-]*$/u.test(id)) return `the id "${id}" of a ${element.name} is no NCName`
      if (all.has(id)) return `the id ${id} occurs twice`
      all.add(id)
      if (element === member) members.add(id)
    }
  }
  for (const server of root.children.filter(({ name }) => name === 'securityServer')) {
    for (const { name, text } of server.children) {
      const reference = text.trim()
      if (name === 'owner' && !members.has(reference)) return `the owner ${reference} is no member`
      if (name === 'client' && !all.has(reference)) return `the client ${reference} is not there`
    }
  }
  return undefined
}
