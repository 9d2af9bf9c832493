import type { DocumentSchema } from '../../fixtures/configuration-schema/parameters-schema.ts'
import { schemaViolation } from '../../fixtures/configuration-schema/schema-violation.ts'
import { parseXml, type XmlElement } from '../observe/xml.ts'
import { ConfigurationProblem } from './configuration-problem.ts'

/** Reads a document and holds it against its schema; throws a ConfigurationProblem with that code. */
export function checkDocument(bytes: Buffer, schema: DocumentSchema, code: string, what: string): XmlElement {
  const root = readDocument(bytes)
  // A security server passes over a DOCTYPE; one that no central server writes is not worth the danger.
  if (root === undefined) throw new ConfigurationProblem(code, `${what} is not well-formed XML, or has a DOCTYPE`)
  const violation = schemaViolation(root, schema)
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
