/** An element to be written. Names carry their prefix; what stands without one is in no namespace. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly content: string | readonly XmlElement[]
}

/** An element with text, or with elements of which the undefined ones are left out. */
export function element(
  name: string,
  content: string | readonly (XmlElement | undefined)[],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  const present = typeof content === 'string' ? content : content.filter((child) => child !== undefined)
  return { name, attributes, content: present }
}

/** Replaces the children of an element, at any depth, by what `replace` makes of each of that name. */
export function replaceElements(
  root: XmlElement,
  name: string,
  replace: (found: XmlElement) => readonly XmlElement[],
): XmlElement {
  if (typeof root.content === 'string') return root
  const content = root.content.flatMap((child) => {
    const inside = replaceElements(child, name, replace)
    return child.name === name ? replace(inside) : [inside]
  })
  return { ...root, content }
}

/** Writes a document with its declaration, indented by four blanks. */
export function writeXml(root: XmlElement): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>']
  writeLines(root, '', lines)
  return `${lines.join('\n')}\n`
}

function writeLines({ name, attributes, content }: XmlElement, indent: string, lines: string[]): void {
  let tag = name
  for (const [attribute, value] of Object.entries(attributes)) tag += ` ${attribute}="${escapeMarkup(value)}"`
  if (content.length === 0) lines.push(`${indent}<${tag}/>`)
  else if (typeof content === 'string') lines.push(`${indent}<${tag}>${escapeMarkup(content)}</${name}>`)
  else {
    lines.push(`${indent}<${tag}>`)
    for (const child of content) writeLines(child, `${indent}    `, lines)
    lines.push(`${indent}</${name}>`)
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

// XML 1.0 2.2: what is no character there cannot even be escaped.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function escapeMarkup(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"\r]/g, (character) => escapes[character] ?? character)
}
