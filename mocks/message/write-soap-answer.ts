import { envelopeNamespace, xroadNamespace } from './soap-message.ts'
import type { XmlElement } from './xml-element.ts'
import { readXml } from './xml-reader.ts'

const sha512Algorithm = 'http://www.w3.org/2001/04/xmlenc#sha512'

/**
 * Writes a provider's answer anew as the reference does: its own declaration, attributes in double quotes, empty tags
 * in full, processing instructions gone, comments and references kept; and the request hash right behind `id`. The
 * element of a hash that the provider had put there goes, though its text is left behind (SOAP-HDR-16..20).
 */
export function writeSoapAnswer(text: string, requestHash: string | undefined): string {
  let out = '<?xml version="1.0" encoding="UTF-8"?>\n'
  let depth = 0
  let inHeader = false
  let inBody = false
  let inOldHash = false
  let indent: string | undefined
  /** Outside the body, character data is written only when the next piece arrives; that of an old hash too. */
  let held: string | undefined

  const release = () => {
    out += held ?? ''
    held = undefined
  }
  const characters = (piece: string) => {
    if (inHeader && indent === undefined && /^[\x00-\x20]*$/.test(piece)) indent = piece
    if (!inBody && held === undefined) held = piece
    else if (!inOldHash) {
      release()
      out += piece
    }
  }
  const isHeaderField = (element: XmlElement, name: string) =>
    inHeader && element.namespace === xroadNamespace && element.localName === name

  readXml(text, {
    startElement(element) {
      depth += 1
      if (isHeaderField(element, 'requestHash')) {
        inOldHash = true
        return
      }
      if (depth === 2 && element.namespace === envelopeNamespace) {
        inHeader = element.localName === 'Header'
        inBody ||= element.localName === 'Body'
      }
      release()
      out += startTag(element.name, element.written)
    },
    endElement(element) {
      if (isHeaderField(element, 'requestHash')) {
        inOldHash = false
      } else {
        release()
        out += `</${element.name}>`
      }
      if (depth === 2) inHeader = false
      depth -= 1
      if (requestHash !== undefined && isHeaderField(element, 'id')) {
        const prefix = element.name.slice(0, element.name.length - element.localName.length)
        const attributes = [...element.written, { name: 'algorithmId', value: sha512Algorithm }]
        out += `${indent ?? ''}${startTag(`${prefix}requestHash`, attributes)}${requestHash}</${prefix}requestHash>`
      }
    },
    text: (_resolved, source) => characters(source.replace(/\r\n?/g, '\n')),
    cdata(content) {
      for (const piece of ['<![CDATA[', content.replace(/\r\n?/g, '\n'), ']]>']) characters(piece)
    },
    comment(source) {
      for (const piece of ['<!--', source.slice(4, -3).replace(/\r\n?/g, '\n'), '-->']) characters(piece)
    },
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
