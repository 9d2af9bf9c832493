import { xroadNamespace } from '../../message/soap-message.ts'
import type { XmlElement } from '../../message/xml-element.ts'
import { readXml } from '../../message/xml-reader.ts'

export interface WsdlRequest {
  readonly serviceCode: string | undefined
  readonly serviceVersion: string | undefined
}

/** Envelope, body and the request itself stand around its fields. */
const fieldDepth = 4

/** What the body of a getWsdl message asks for. `text` is a SOAP message that has been parsed already. */
export function readWsdlRequest(text: string): WsdlRequest {
  const fields = new Map<string, string>()
  const path: XmlElement[] = []
  const append = (piece: string) => {
    const field = path[fieldDepth - 1]
    if (path.length !== fieldDepth || field === undefined || path[1]?.localName !== 'Body') return
    if (field.namespace === xroadNamespace) fields.set(field.localName, (fields.get(field.localName) ?? '') + piece)
  }
  readXml(text, {
    startElement(element) {
      path.push(element)
      if (path.length === fieldDepth) fields.delete(element.localName)
      append('')
    },
    endElement() {
      path.pop()
    },
    text: append,
    cdata: append,
  })
  return { serviceCode: fields.get('serviceCode'), serviceVersion: fields.get('serviceVersion') }
}
