import { envelopeNamespace, xroadNamespace } from './soap-message.ts'
import { readXml, type XmlElement } from './xml-reader.ts'

const sha512Algorithm = 'http://www.w3.org/2001/04/xmlenc#sha512'

/**
 * Writes a provider's answer anew as the reference does: its own declaration, attributes in double quotes, empty tags
 * in full, processing instructions gone, comments and references kept; and the request hash right behind `id`, in
 * place of any that the provider had put there (SOAP-HDR-16..20).
 */
export function writeSoapAnswer(text: string, requestHash: string | undefined): string {
  let out = '<?xml version="1.0" encoding="UTF-8"?>\n'
  let depth = 0
  let inHeader = false
  let dropped = 0
  let indent: string | undefined

  const write = (piece: string) => {
    if (dropped === 0) out += piece
  }
  const isHeaderField = (element: XmlElement, name: string) =>
    inHeader && element.namespace === xroadNamespace && element.localName === name

  readXml(text, {
    startElement(element) {
      depth += 1
      if (isHeaderField(element, 'requestHash')) dropped += 1
      write(startTag(element.name, element.written))
      if (depth === 2 && element.namespace === envelopeNamespace && element.localName === 'Header') inHeader = true
    },
    endElement(element) {
      write(`</${element.name}>`)
      if (isHeaderField(element, 'requestHash')) dropped -= 1
      if (depth === 2) inHeader = false
      depth -= 1
      if (requestHash !== undefined && isHeaderField(element, 'id')) {
        const prefix = element.name.slice(0, element.name.length - element.localName.length)
        const attributes = [...element.written, { name: 'algorithmId', value: sha512Algorithm }]
        write(`${indent ?? ''}${startTag(`${prefix}requestHash`, attributes)}${requestHash}</${prefix}requestHash>`)
      }
    },
    text(_resolved, source) {
      const normalised = source.replace(/\r\n?/g, '\n')
      if (inHeader && indent === undefined && normalised.trim() === '') indent = normalised
      write(normalised)
    },
    cdata: (content) => write(`<![CDATA[${content.replace(/\r\n?/g, '\n')}]]>`),
    comment: (source) => write(source.replace(/\r\n?/g, '\n')),
  })
  return `${out}\n`
}

function startTag(name: string, attributes: readonly { readonly name: string; readonly value: string }[]): string {
  return `<${name}${attributes.map((one) => ` ${one.name}="${escapeAttribute(one.value)}"`).join('')}>`
}

function escapeAttribute(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
}
