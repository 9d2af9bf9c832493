import type { DocumentSchema } from '../../fixtures/configuration-schema/parameters-schema.ts'
import { type SchemaElement, schemaViolation } from '../../fixtures/configuration-schema/schema-violation.ts'
import { XmlError } from '../message/xml-error.ts'
import { readXml } from '../message/xml-reader.ts'
import { ConfigurationFailure } from './configuration-failure.ts'

/** Deeper than any document is that follows its schema. */
const depthLimit = 100

/** More than any configuration has, and few enough to be kept in memory. */
const elementLimit = 500_000

const noAttributes: SchemaElement['attributes'] = new Map()

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
  let count = 0
  const addText = (text: string) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += text
  }
  try {
    readXml(xml, {
      startElement({ namespace, localName: name, written }) {
        if (open.length > depthLimit) throw new ConfigurationFailure(code, `elements nest deeper than ${depthLimit}`)
        count += 1
        if (count > elementLimit) throw new ConfigurationFailure(code, `there are more than ${elementLimit} elements`)
        const attributes =
          written.length === 0 ? noAttributes : new Map(written.map(({ name, value }) => [name, value]))
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
