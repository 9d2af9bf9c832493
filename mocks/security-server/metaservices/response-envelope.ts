import { envelopeNamespace } from '../../message/soap-message.ts'
import type { XmlElement } from '../../message/xml-element.ts'
import { readXml } from '../../message/xml-reader.ts'
import { declarationsFirst, escapeText, openTag } from './xml-text.ts'

/** What becomes of the body of a request in the answer to it. */
export type ResponseBody =
  | { readonly kind: 'renamed'; readonly localName: string }
  | { readonly kind: 'replaced'; content(prefixes: ReadonlyMap<string, string>): string }

/**
 * Makes the answer to a SOAP message out of the message itself, header and all, as a document object model writes it:
 * declarations first, then attributes in order of their names, references resolved. `prefixes` are those in scope within
 * the body, by namespace.
 */
export function responseEnvelope(request: string, body: ResponseBody): string {
  let out = '<?xml version="1.0" encoding="UTF-8"?>\n'
  let depth = 0
  let bodyDepth = 0
  const prefixes = new Map<string, string>()
  const muted = () => body.kind === 'replaced' && bodyDepth > 0 && depth >= bodyDepth
  const nameOf = (element: XmlElement) =>
    body.kind === 'renamed' && bodyDepth > 0 && depth === bodyDepth + 1
      ? element.name.slice(0, element.name.length - element.localName.length) + body.localName
      : element.name
  const write = (text: string) => {
    if (depth > 0 && !muted()) out += text
  }

  readXml(request, {
    startElement(element) {
      const silent = muted()
      depth += 1
      if (silent) return
      const isBody = depth === 2 && element.localName === 'Body' && element.namespace === envelopeNamespace
      if (depth === 1 || isBody) collectPrefixes(element, prefixes)
      out += `${openTag(nameOf(element), declarationsFirst([...element.written].sort(byName)))}>`
      if (!isBody) return
      bodyDepth = depth
      if (body.kind === 'replaced') out += body.content(prefixes)
    },
    endElement(element) {
      if (depth === bodyDepth) bodyDepth = 0
      if (!muted()) out += `</${nameOf(element)}>`
      depth -= 1
    },
    text: (text) => write(escapeText(text)),
    cdata: (text) => write(`<![CDATA[${text}]]>`),
    comment: write,
  })
  return out
}

function collectPrefixes(element: XmlElement, prefixes: Map<string, string>): void {
  for (const { name, value } of element.written) {
    if (!name.startsWith('xmlns:')) continue
    const prefix = name.slice('xmlns:'.length)
    for (const [namespace, bound] of prefixes) if (bound === prefix) prefixes.delete(namespace)
    prefixes.set(value, prefix)
  }
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1
}
