import { fault } from '../../fault/fault.ts'
import type { XmlText } from '../../message/xml-cursor.ts'
import type { XmlElement } from '../../message/xml-element.ts'
import { decodeXml } from '../../message/xml-encoding.ts'
import { XmlError } from '../../message/xml-error.ts'
import { readXml } from '../../message/xml-reader.ts'
import { declarationsFirst, escapeText, openTag } from './xml-text.ts'

const soapNamespace = 'http://schemas.xmlsoap.org/wsdl/soap/'
const concealedAddress = 'http://example.org/xroad-endpoint'

/**
 * A WSDL written anew, comments included, with the address of every SOAP 1.1 port replaced: consumers need not know where
 * a provider's systems are. Refuses a document that is not well-formed.
 */
export function wsdlDocument(bytes: Buffer): string {
  try {
    return rewrite(decodeXml(bytes))
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    if (error.position === undefined) throw fault('descriptionEmpty')
    throw fault('descriptionMalformed', { ...error.position, text: error.message })
  }
}

function rewrite(document: XmlText): string {
  let out = '<?xml version="1.0" encoding="UTF-8"?>'
  /** A start tag that may turn out to be that of an empty element. */
  let open = false
  const write = (piece: string) => {
    out += open ? `>${piece}` : piece
    open = false
  }
  readXml(document, {
    startElement(element) {
      write(openTag(element.name, declarationsFirst(concealAddress(element))))
      open = true
    },
    endElement(element) {
      if (open) out += '/>'
      else out += `</${element.name}>`
      open = false
    },
    text: (piece) => write(escapeText(piece)),
    cdata: (piece) => write(escapeText(piece.replace(/\r\n?/g, '\n'))),
    comment: (source) => write(source.replace(/\r\n?/g, '\n')),
    instruction: (source) => write(source.replace(/\r\n?/g, '\n')),
  })
  return out
}

function concealAddress({ namespace, localName, written }: XmlElement): XmlElement['written'] {
  if (namespace !== soapNamespace || localName !== 'address') return written
  return written.map((one) => (one.name === 'location' ? { ...one, value: concealedAddress } : one))
}
