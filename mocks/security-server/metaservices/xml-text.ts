import type { XmlElement } from '../../message/xml-element.ts'

/** Character data as a serialiser writes it. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;')
}

/** A start tag without its last `>`. */
export function openTag(name: string, attributes: XmlElement['written']): string {
  return `<${name}${attributes.map((one) => ` ${one.name}="${escapeAttribute(one.value)}"`).join('')}`
}

/** Attributes as a serialiser orders them: namespace declarations, then the rest. */
export function declarationsFirst(attributes: XmlElement['written']): XmlElement['written'] {
  const declares = ({ name }: { readonly name: string }) => /^xmlns(?::|$)/.test(name)
  return [...attributes.filter(declares), ...attributes.filter((one) => !declares(one))]
}

function escapeAttribute(value: string): string {
  return escapeText(value).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;')
}
