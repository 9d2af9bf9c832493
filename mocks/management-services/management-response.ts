import { envelopeNamespace } from '../message/soap-namespaces.ts'
import type { XmlElement } from '../message/xml-element.ts'
import { readXml } from '../message/xml-reader.ts'

/** Writes the request anew as its own answer: the wrapper renamed, the number of the request behind its fields (MGMT-14). */
export function writeManagementResponse(text: string, serviceCode: string, requestId: number): string {
  let out = ''
  let depth = 0
  let inBody = false
  let wrapper: XmlElement | undefined
  const keep = (_text: string, source: string) => {
    out += source
  }
  const renamed = ({ localName, name }: XmlElement) => `${prefixOf(name, localName)}${serviceCode}Response`

  readXml(text, {
    startElement(element) {
      depth += 1
      if (depth === 1) out += text.slice(0, element.start)
      if (depth === 2) inBody = element.namespace === envelopeNamespace && element.localName === 'Body'
      if (depth === 3 && inBody && wrapper === undefined) {
        wrapper = element
        out += `<${renamed(element)}${element.source.slice(1 + element.name.length)}`
      } else out += element.source
    },
    endElement(element, source) {
      depth -= 1
      if (element !== wrapper) {
        out += source
        return
      }
      const prefix = prefixOf(element.name, element.localName)
      out += `<${prefix}requestId>${requestId}</${prefix}requestId></${renamed(element)}>`
    },
    text: keep,
    cdata: keep,
    comment: (source) => keep('', source),
    instruction: (source) => keep('', source),
  })
  return out
}

function prefixOf(name: string, localName: string): string {
  return name.slice(0, name.length - localName.length)
}
