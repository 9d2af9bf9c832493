import { isHighSurrogate, isInvalid, isNameCharacter, isNameStart } from './xml-character.ts'
import { type XmlText, xmlCursor } from './xml-cursor.ts'
import { takeXmlDeclaration } from './xml-declaration.ts'
import type { XmlElement } from './xml-element.ts'
import { XmlError } from './xml-error.ts'
import { bindNamespace, releaseNamespaces, resolveNames, rootBindings } from './xml-namespaces.ts'
import { takeReference, takeSurrogates } from './xml-reference.ts'
import { takeStartTag } from './xml-start-tag.ts'

/**
 * A strict, namespace-aware reader of XML 1.0 without document types. It hands over the source text of every piece, so
 * that a message can be passed on, or written anew, without a byte changed that need not change; and it says of a mistake
 * what the reference's parser says, at the place that this names.
 */
export interface XmlHandler {
  /** `source` is the whole tag; `name` has its prefix. */
  startElement?(element: XmlElement): void
  endElement?(element: XmlElement, source: string): void
  /** Character data between markup, references unresolved in `source`, resolved in `text`. */
  text?(text: string, source: string): void
  cdata?(text: string, source: string): void
  comment?(source: string): void
  instruction?(source: string): void
}

/** How deep elements may nest: what is open is kept. */
const depthLimit = 100_000

const [exclamation, ampersand, minus, slash, colon, less, greater, question, bracket] = [...'!&-/:<>?]'].map((one) =>
  one.charCodeAt(0),
) as [number, number, number, number, number, number, number, number, number]

const unfinishedVersion = /^\ufeff?<\?xml(?:\s*|\s+version\s*(?:=\s*(?:\S[\s\S]{0,3})?)?)$/

interface Scope {
  readonly element: XmlElement
  /** The prefixes that it binds. */
  readonly bound: readonly string[]
}

/** Reads a whole document; throws XmlError at the first thing that is not well-formed, or cannot be decoded. */
export function readXml(source: XmlText | string, handler: XmlHandler): void {
  const document = typeof source === 'string' ? { text: source } : source
  const cursor = xmlCursor(document)
  const open: Scope[] = []
  const bindings = rootBindings()
  const last = { element: 'null', attribute: 'null' }

  readProlog()
  while (open.length > 0) readContent()
  while (!cursor.atBlankEnd()) readBehind()

  function readProlog(): void {
    const start = cursor.at
    refuseUnfinishedVersion()
    if (cursor.skipText('<?xml')) {
      if (isNameCharacter(cursor.peek())) readInstruction(start, 'xml')
      else takeXmlDeclaration(cursor)
    }
    while (!readMarkupBefore());
  }

  /** Before all else the reference looks for the version, and says nothing of the place where a document ends in it. */
  function refuseUnfinishedVersion(): void {
    if (unfinishedVersion.test(document.text) && document.trouble === undefined)
      throw new XmlError('Premature end of file.')
  }

  /** True when the root element has begun. */
  function readMarkupBefore(): boolean {
    cursor.skipSpaces()
    const start = cursor.at
    if (!cursor.skip(less)) {
      const isReference = cursor.skip(ampersand)
      return cursor.fail(isReference ? 'Reference is not allowed in prolog.' : 'Content is not allowed in prolog.')
    }
    cursor.depth += 1
    if (cursor.skip(exclamation)) {
      if (cursor.skip(minus)) readComment(start)
      else if (cursor.skipText('DOCTYPE')) refuseDoctype()
      else refuseMarkup('preceding')
    } else if (isNameStart(cursor.peek())) {
      readStartTag(start)
      return true
    } else if (cursor.skip(question)) readInstruction(start)
    else refuseMarkup('preceding')
    return false
  }

  function readBehind(): void {
    cursor.skipSpaces()
    const start = cursor.at
    if (!cursor.skip(less)) {
      cursor.peek()
      cursor.fail('Content is not allowed in trailing section.')
    }
    cursor.depth += 1
    if (cursor.skip(question)) readInstruction(start)
    else if (cursor.skip(exclamation)) {
      if (!cursor.skipText('--')) cursor.fail('Comment must start with "<!--".')
      readCommentText(start)
    } else {
      cursor.skip(slash)
      cursor.peek()
      refuseMarkup('following')
    }
  }

  function refuseDoctype(): never {
    return cursor.fail(
      'DOCTYPE is disallowed when the feature "http://apache.org/xml/features/disallow-doctype-decl" set to true.',
    )
  }

  function refuseMarkup(place: 'preceding' | 'following'): never {
    return cursor.fail(`The markup in the document ${place} the root element must be well-formed.`)
  }

  function readContent(): void {
    const start = cursor.at
    const next = cursor.peek()
    if (next === less) {
      cursor.take()
      readMarkup(start)
    } else readText()
  }

  /** Character data and references up to markup. */
  function readText(): void {
    const start = cursor.at
    let text = ''
    for (let next = cursor.peek(); next !== less; next = cursor.peek()) {
      if (next === ampersand) {
        cursor.take()
        cursor.depth += 1
        text += takeReference(cursor)
        cursor.depth -= 1
      } else text += takeCharacters()
    }
    handler.text?.(text, cursor.slice(start))
  }

  /** Character data up to a reference or markup, its line breaks as line feeds. */
  function takeCharacters(): string {
    const start = cursor.at
    for (;;) {
      const begin = cursor.at
      const next = cursor.content()
      if (next === less || next === ampersand) break
      if (next === bracket) {
        if (cursor.at === begin) takeBrackets()
      } else if (isHighSurrogate(next)) takeSurrogates(cursor)
      else if (next >= 0 && isInvalid(next)) refuseCharacter(next, 'element content of the document')
    }
    return cursor.slice(start).replace(/\r\n?/g, '\n')
  }

  function takeBrackets(): void {
    cursor.take()
    if (!cursor.skip(bracket)) return
    while (cursor.skip(bracket));
    if (!cursor.skip(greater)) return
    cursor.fail(
      'The character sequence "]]>" must not appear in content unless used to mark the end of a CDATA section.',
    )
  }

  function readMarkup(start: number): void {
    cursor.depth += 1
    if (cursor.skip(slash)) readEndTag(start)
    else if (isNameStart(cursor.peek())) readStartTag(start)
    else if (cursor.skip(exclamation)) {
      if (cursor.skip(minus)) readComment(start)
      else if (cursor.skipText('[CDATA[')) readCdata(start)
      else if (cursor.skipText('DOCTYPE')) cursor.fail('A DOCTYPE is not allowed in content.')
      else cursor.fail('The content of elements must consist of well-formed character data or markup.')
    } else if (cursor.skip(question)) readInstruction(start)
    else cursor.fail('The content of elements must consist of well-formed character data or markup.')
  }

  function readStartTag(start: number): void {
    const bound: string[] = []
    const tag = takeStartTag(cursor, last, (attribute) => bindNamespace(attribute, bindings, bound, cursor.fail))
    const resolved = resolveNames(tag.name, tag.attributes, bindings, cursor.fail)
    const { name, attributes: written, empty } = tag
    const element = { name, ...resolved, written, source: cursor.slice(start), empty, start, end: cursor.at }
    handler.startElement?.(element)
    if (!empty) {
      open.push({ element, bound })
      if (open.length > depthLimit) cursor.fail(`Elements nest deeper than ${depthLimit}.`)
      return
    }
    cursor.depth -= 1
    handler.endElement?.(element, '')
    releaseNamespaces(bound, bindings)
  }

  function readEndTag(start: number): void {
    const { element, bound } = open.pop() as Scope
    const { name } = element
    last.element = name
    if (!cursor.skipText(name)) {
      cursor.fail(`The element type "${name}" must be terminated by the matching end-tag "</${name}>".`)
    }
    cursor.skipSpaces()
    if (!cursor.skip(greater)) cursor.fail(`The end-tag for element type "${name}" must end with a '>' delimiter.`)
    cursor.depth -= 2
    handler.endElement?.(element, cursor.slice(start))
    releaseNamespaces(bound, bindings)
  }

  function readComment(start: number): void {
    if (!cursor.skip(minus)) cursor.fail('Comment must start with "<!--".')
    readCommentText(start)
  }

  function readCommentText(start: number): void {
    takeData('--', 'comment')
    if (!cursor.skip(greater)) cursor.fail('The string "--" is not permitted within comments.')
    cursor.depth -= 1
    handler.comment?.(cursor.slice(start))
  }

  function readCdata(start: number): void {
    do {
      takeData(']]', 'CDATA section')
      while (cursor.skip(bracket));
    } while (!cursor.skip(greater))
    cursor.depth -= 1
    const source = cursor.slice(start)
    handler.cdata?.(source.slice('<![CDATA['.length, -']]>'.length), source)
  }

  /** `begun` is a part of the target that has been taken. */
  function readInstruction(start: number, begun = ''): void {
    if (begun !== '') cursor.depth += 1
    let target = begun
    if (begun === '') target = cursor.name(false) ?? ''
    else while (isNameCharacter(cursor.peek()) && cursor.peek() !== colon) target += String.fromCharCode(cursor.take())
    if (target === '') cursor.fail('The processing instruction must begin with the name of the target.')
    if (/^xml$/i.test(target)) {
      cursor.fail('The processing instruction target matching "[xX][mM][lL]" is not allowed.')
    }
    if (cursor.skipSpaces() || !cursor.skipText('?>')) {
      checkBehindTarget(target)
      takeData('?>', 'processing instruction')
    }
    cursor.depth -= 1
    handler.instruction?.(cursor.slice(start))
  }

  function checkBehindTarget(target: string): void {
    if (/\s$/.test(cursor.slice(cursor.at - 1))) return
    if (cursor.peek() !== colon) {
      cursor.fail('White space is required between the processing instruction target and data.')
    }
    cursor.take()
    const rest = cursor.name(true) ?? ''
    cursor.fail(`A colon is not allowed in the name '${target}:${rest}' when namespaces are enabled.`)
  }

  /** Takes data with its delimiter. */
  function takeData(delimiter: string, place: string): void {
    while (cursor.data(delimiter)) {
      const next = cursor.peek()
      if (isHighSurrogate(next)) takeSurrogates(cursor)
      else if (isInvalid(next)) refuseCharacter(next, place)
    }
  }

  function refuseCharacter(code: number, place: string): never {
    return cursor.fail(`An invalid XML character (Unicode: 0x${code.toString(16)}) was found in the ${place}.`)
  }
}
