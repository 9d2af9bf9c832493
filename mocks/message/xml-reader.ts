import { readXmlDeclaration } from './xml-declaration.ts'
import { positionOf, XmlError } from './xml-error.ts'
import { bindNamespaces, releaseNamespaces, resolveNames, rootBindings } from './xml-namespaces.ts'
import { invalidCharacter, resolveReference } from './xml-reference.ts'

/**
 * A strict, namespace-aware reader of XML 1.0 without document types. It hands over the source text of every piece, so
 * that a message can be passed on, or written anew, without a byte changed that need not change.
 */
export interface XmlHandler {
  /** `source` is the whole tag; `name` has its prefix. */
  startElement?(element: XmlElement): void
  endElement?(element: XmlElement, source: string): void
  /** Character data between markup, references unresolved in `source`, resolved in `text`. */
  text?(text: string, source: string): void
  cdata?(text: string, source: string): void
  comment?(source: string): void
}

export interface XmlElement {
  /** Name as written, prefix included. */
  readonly name: string
  readonly localName: string
  readonly namespace: string
  readonly attributes: readonly XmlAttribute[]
  /** Every attribute as written, namespace declarations included, values resolved. */
  readonly written: readonly { readonly name: string; readonly value: string }[]
  readonly source: string
  readonly empty: boolean
  /** Offsets in the text: of `<`, and behind the start tag. */
  readonly start: number
  readonly end: number
}

export interface XmlAttribute {
  readonly name: string
  readonly localName: string
  /** Empty for a name without prefix. */
  readonly namespace: string
  readonly value: string
}

const nameStart =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}'
const ncName = `[${nameStart}][${nameStart}\\-.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040]*`
const namePattern = new RegExp(`${ncName}(?::${ncName})?`, 'uy')

/** How deep elements may nest, and how many attributes one may have. */
const depthLimit = 1000
const attributeLimit = 1000

interface Scope {
  readonly element: XmlElement
  /** The prefixes that it binds. */
  readonly bound: readonly string[]
}

/** Reads a whole document; throws XmlError at the first thing that is not well-formed. */
export function readXml(text: string, handler: XmlHandler): void {
  const open: Scope[] = []
  const bindings = rootBindings()
  let rootSeen = false
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0

  const fail: (message: string, offset: number) => never = (message, offset) => {
    throw new XmlError(message, positionOf(text, Math.min(offset, text.length)))
  }
  const skipSpace = () => {
    while (isSpace(text.charCodeAt(at))) at += 1
  }

  if (text.trim() === '') throw new XmlError('Premature end of file.')
  if (/^<\?xml[ \t\r\n]/.test(text.slice(at, at + 6))) at = readXmlDeclaration(text, at, fail)
  while (at < text.length) {
    if (text[at] === '<') readMarkup()
    else if (open.length > 0) readText()
    else readOutside()
  }
  if (open.length > 0) fail('XML document structures must start and end within the same entity.', text.length)
  if (!rootSeen) throw new XmlError('Premature end of file.')

  function readOutside(): void {
    const start = at
    skipSpace()
    if (at >= text.length || text[at] === '<') return
    if (rootSeen) fail('Content is not allowed in trailing section.', at)
    fail('Content is not allowed in prolog.', start === 0 ? 0 : at)
  }

  function readMarkup(): void {
    const next = text[at + 1]
    if (next === '/') readEndTag()
    else if (next === '!') readDeclarationMarkup()
    else if (next === '?') readInstruction()
    else readStartTag()
  }

  function readDeclarationMarkup(): void {
    if (text.startsWith('<!--', at)) readComment()
    else if (text.startsWith('<![CDATA[', at) && open.length > 0) readCdata()
    else if (text.startsWith('<!DOCTYPE', at) && !rootSeen) {
      fail(
        'DOCTYPE is disallowed when the feature "http://apache.org/xml/features/disallow-doctype-decl" set to true.',
        at + 9,
      )
    } else malformedMarkup(at + 2)
  }

  function malformedMarkup(offset: number): never {
    if (open.length > 0)
      return fail('The content of elements must consist of well-formed character data or markup.', offset)
    const place = rootSeen ? 'following' : 'preceding'
    return fail(`The markup in the document ${place} the root element must be well-formed.`, offset)
  }

  function readComment(): void {
    const end = text.indexOf('--', at + 4)
    if (end < 0) fail('XML document structures must start and end within the same entity.', text.length)
    if (text[end + 2] !== '>') fail('The string "--" is not permitted within comments.', end + 2)
    checkCharacters(at, end, 'comment')
    handler.comment?.(text.slice(at, end + 3))
    at = end + 3
  }

  function readCdata(): void {
    const end = text.indexOf(']]>', at + 9)
    if (end < 0) fail('XML document structures must start and end within the same entity.', text.length)
    checkCharacters(at, end, 'CDATA section')
    handler.cdata?.(text.slice(at + 9, end), text.slice(at, end + 3))
    at = end + 3
  }

  function readInstruction(): void {
    const target = readName(at + 2)
    if (target === undefined || target.includes(':')) {
      fail('The processing instruction must begin with the name of the target.', at + 2)
    }
    if (/^xml$/i.test(target)) {
      fail('The processing instruction target matching "[xX][mM][lL]" is not allowed.', at + 5)
    }
    const behind = at + 2 + target.length
    const end = text.indexOf('?>', behind)
    if (end !== behind && !isSpace(text.charCodeAt(behind))) {
      fail('White space is required between the processing instruction target and data.', behind)
    }
    if (end < 0) fail('XML document structures must start and end within the same entity.', text.length)
    checkCharacters(at, end, 'processing instruction')
    at = end + 2
  }

  function readName(offset: number): string | undefined {
    namePattern.lastIndex = offset
    return namePattern.exec(text)?.[0]
  }

  function readStartTag(): void {
    const start = at
    const name = readName(at + 1)
    if (name === undefined) malformedMarkup(at + 1)
    if (rootSeen && open.length === 0) malformedMarkup(at + 1)
    at += 1 + name.length
    const raw: { name: string; value: string }[] = []
    const names = new Set<string>()
    let empty = false
    let repeated: string | undefined
    for (;;) {
      const before = at
      skipSpace()
      if (text[at] === '>') break
      if (text[at] === '/' && text[at + 1] === '>') {
        empty = true
        break
      }
      if (at >= text.length) fail('XML document structures must start and end within the same entity.', text.length)
      const attributeName = readName(at)
      if (attributeName === undefined || before === at) {
        fail(`Element type "${name}" must be followed by either attribute specifications, ">" or "/>".`, at)
      }
      if (names.has(attributeName)) repeated ??= attributeName
      names.add(attributeName)
      raw.push(readAttribute(name, attributeName))
      if (raw.length > attributeLimit) fail(`Element type "${name}" has more than ${attributeLimit} attributes.`, at)
    }
    at += empty ? 2 : 1
    if (repeated !== undefined) fail(`Attribute "${repeated}" was already specified for element "${name}".`, at)
    const failHere = (message: string) => fail(message, at)
    const bound = bindNamespaces(raw, bindings, failHere)
    const resolved = resolveNames(name, raw, bindings, failHere)
    const element = { name, ...resolved, written: raw, source: text.slice(start, at), empty, start, end: at }
    rootSeen = true
    handler.startElement?.(element)
    if (empty) {
      handler.endElement?.(element, '')
      releaseNamespaces(bound, bindings)
    } else open.push({ element, bound })
    if (open.length > depthLimit) fail(`Elements nest deeper than ${depthLimit}.`, at)
  }

  function readAttribute(element: string, name: string): { name: string; value: string } {
    at += name.length
    skipSpace()
    if (text[at] !== '=') {
      fail(
        `Attribute name "${name}" associated with an element type "${element}" must be followed by the ' = ' character.`,
        at,
      )
    }
    at += 1
    skipSpace()
    const quote = text[at]
    if (quote !== '"' && quote !== "'") {
      fail(`Open quote is expected for attribute "${name}" associated with an  element type  "${element}".`, at)
    }
    const end = text.indexOf(quote as string, at + 1)
    const source = text.slice(at + 1, end < 0 ? undefined : end)
    const less = source.indexOf('<')
    if (less >= 0) {
      fail(
        `The value of attribute "${name}" associated with an element type "${element}" must not contain the '<' character.`,
        at + 1 + less,
      )
    }
    if (end < 0) fail('XML document structures must start and end within the same entity.', text.length)
    checkCharacters(at + 1, end, `value of attribute "${name}" and element is "${element}"`)
    const value = resolveReferences(source.replace(/\r\n|[\t\n\r]/g, ' '), at + 1)
    at = end + 1
    return { name, value }
  }

  function readEndTag(): void {
    const scope = open.at(-1)
    if (scope === undefined) malformedMarkup(at + 1)
    const { name } = scope.element
    const found = readName(at + 2)
    if (found !== name) {
      fail(`The element type "${name}" must be terminated by the matching end-tag "</${name}>".`, at + 2)
    }
    const start = at
    at += 2 + name.length
    skipSpace()
    if (text[at] !== '>') fail(`The end-tag for element type "${name}" must end with a '>' delimiter.`, at)
    at += 1
    open.pop()
    handler.endElement?.(scope.element, text.slice(start, at))
    releaseNamespaces(scope.bound, bindings)
  }

  function readText(): void {
    const end = text.indexOf('<', at)
    const source = text.slice(at, end < 0 ? undefined : end)
    const close = source.indexOf(']]>')
    if (close >= 0) {
      fail(
        'The character sequence "]]>" must not appear in content unless used to mark the end of a CDATA section.',
        at + close + 2,
      )
    }
    checkCharacters(at, at + source.length, 'element content of the document')
    const value = resolveReferences(source, at)
    at += source.length
    handler.text?.(value.replace(/\r\n?/g, '\n'), source)
  }

  function resolveReferences(source: string, offset: number): string {
    let resolved = ''
    let from = 0
    for (let at = source.indexOf('&'); at >= 0; at = source.indexOf('&', from)) {
      const { character, length } = resolveReference(source.slice(at), offset + at, fail)
      resolved += source.slice(from, at) + character
      from = at + length
    }
    return resolved + source.slice(from)
  }

  function checkCharacters(from: number, to: number, place: string): void {
    const found = invalidCharacter.exec(text.slice(from, to))
    if (found === null) return
    const code = found[0].codePointAt(0) ?? 0
    fail(
      `An invalid XML character (Unicode: 0x${code.toString(16)}) was found in the ${place}.`,
      from + found.index + 1,
    )
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}
