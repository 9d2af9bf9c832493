import type { DocumentSchema } from '../../fixtures/configuration-schema/parameters-schema.ts'
import { type SchemaElement, schemaViolation } from '../../fixtures/configuration-schema/schema-violation.ts'
import { XmlError } from '../message/xml-error.ts'
import { readXml } from '../message/xml-reader.ts'
import { ConfigurationFailure } from './configuration-failure.ts'

/** Deeper than any document is that follows its schema. */
const depthLimit = 100

interface OpenElement extends SchemaElement {
  readonly children: SchemaElement[]
  text: string
}

/** The root element of a document that follows its schema; throws a ConfigurationFailure of that code for any other. */
export function readDocument(xml: string, schema: DocumentSchema, code: string): SchemaElement {
  const root = readTree(xml, code)
  const violation = schemaViolation(root, schema)
  if (violation !== undefined) throw new ConfigurationFailure(code, violation)
  return root
}

/** Document types are refused, so that there are no entities to be expanded. */
function readTree(xml: string, code: string): SchemaElement {
  const document: OpenElement = { namespace: '', name: '', attributes: new Map(), children: [], text: '' }
  const open = [document]
  const addText = (text: string) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += text
  }
  try {
    readXml(xml, {
      startElement({ namespace, localName: name, written }) {
        if (open.length > depthLimit) throw new ConfigurationFailure(code, `elements nest deeper than ${depthLimit}`)
        const attributes = new Map(written.map((attribute) => [attribute.name, attribute.value]))
        const element: OpenElement = { namespace, name, attributes, children: [], text: '' }
        open.at(-1)?.children.push(element)
        open.push(element)
      },
      endElement: () => void open.pop(),
      text: addText,
      cdata: addText,
    })
  } catch (error) {
    throw error instanceof XmlError ? new ConfigurationFailure(code, error.message, { cause: error }) : error
  }
  const [root = document] = document.children
  return root
}
