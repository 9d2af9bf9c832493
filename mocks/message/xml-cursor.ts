import { isInvalid, isNameCharacter, isNameStart, isSpace } from './xml-character.ts'
import { XmlError } from './xml-error.ts'

/** A document as far as it can be decoded, and what is wrong with what follows. */
export interface XmlText {
  readonly text: string
  readonly trouble?: string | undefined
}

/**
 * A place in a document. Its line and column are those that the reference's parser counts, which are not always those of
 * an editor: they move with what was taken in one go, and a line break counts differently in each kind of go.
 */
export interface XmlCursor {
  /** Offset of what comes next. */
  readonly at: number
  /** Markup that has begun and not ended: a start tag and its end count once each. */
  depth: number
  /** Reports a mistake at this place. */
  fail(message: string): never
  /** The next character, a carriage return as a line feed. The end of the document is a mistake, here as in all below. */
  peek(): number
  take(): number
  /** Takes the character if it comes next. */
  skip(code: number): boolean
  skipText(text: string): boolean
  /** Whether there was any white space. */
  skipSpaces(): boolean
  /** Takes a name, with colons if `colons` says so. */
  name(colons: boolean): string | undefined
  /** Takes a name with one colon at most, which must stand between two names. */
  qualifiedName(): string | undefined
  /** Takes character data up to a line break, markup or a `]`; what comes next, or -1 if that is not known yet. */
  content(): number
  /** The same within a literal, up to its quote. */
  literal(quote: number): number
  /** Takes data up to and with the delimiter. False when it is there, true when something else must be looked at first. */
  data(delimiter: string): boolean
  /** The source from an offset to this place. */
  slice(start: number): string
  /** Whether nothing but white space follows. */
  atBlankEnd(): boolean
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const colon = 0x3a
const doubleQuote = 0x22

/** Character data without line breaks, and the same within quotes. */
const run = /[^<&\]\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*/y
const doubleQuoted = /[^"%<&\]\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*/y
const singleQuoted = /[^'%<&\]\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*/y
/** What may stand in data and begins none of their delimiters. */
const plainData = /[^?\]\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff-]*/y
/** Most names, or what most begin with. */
const plainName = /[\w.-]*/y
const blankEnd = /[ \t\r\n]*$/y

export function xmlCursor({ text, trouble }: XmlText): XmlCursor {
  const end = text.length
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 1
  let column = 1
  let depth = 0

  const code = (offset: number) => text.charCodeAt(offset)
  const isBreak = (character: number) => character === lineFeed || character === carriageReturn

  /** Moves behind what the sticky pattern matches here. */
  function pass(pattern: RegExp): void {
    pattern.lastIndex = at
    pattern.test(text)
    at = pattern.lastIndex
  }

  function fail(message: string): never {
    throw new XmlError(message, { line, column })
  }

  /** Looks for more of the document, and finds only what cannot be decoded, or nothing. */
  function findTrouble(): void {
    if (trouble !== undefined) fail(trouble)
  }

  function endOfDocument(): never {
    findTrouble()
    if (depth > 0) fail('XML document structures must start and end within the same entity.')
    throw new XmlError('Premature end of file.')
  }

  function peek(): number {
    if (at === end) endOfDocument()
    const character = code(at)
    return character === carriageReturn ? lineFeed : character
  }

  function take(): number {
    const character = peek()
    at += 1
    if (character === lineFeed) {
      line += 1
      column = 1
      if (at === end) findTrouble()
      if (code(at - 1) === carriageReturn && code(at) === lineFeed) at += 1
    }
    column += 1
    return character
  }

  function skip(character: number): boolean {
    if (at === end) endOfDocument()
    if (code(at) !== character) return false
    at += 1
    column += 1
    return true
  }

  function skipText(wanted: string): boolean {
    if (at === end) endOfDocument()
    if (!text.startsWith(wanted, at)) {
      if (wanted.startsWith(text.slice(at, at + wanted.length))) findTrouble()
      return false
    }
    at += wanted.length
    column += wanted.length
    return true
  }

  function skipSpaces(): boolean {
    if (at === end) endOfDocument()
    if (!isSpace(code(at))) return false
    while (isSpace(code(at))) {
      if (isBreak(code(at))) {
        line += 1
        column = 1
        if (at === end - 1) endOfDocument()
        if (code(at) === carriageReturn && code(at + 1) === lineFeed) at += 1
      } else column += 1
      at += 1
      if (at === end) endOfDocument()
    }
    return true
  }

  /** Moves behind the characters of a name, up to a second colon if `colons` is 1. */
  function takeName(colons: number): string {
    const start = at
    at += 1
    pass(plainName)
    for (let left = colons; at < end && isNameCharacter(code(at)); pass(plainName)) {
      if (code(at) === colon) {
        if (left === 0) break
        left -= 1
      }
      at += 1
    }
    if (at === end) findTrouble()
    column += at - start
    return text.slice(start, at)
  }

  const startsName = (offset: number) => isNameStart(code(offset)) && code(offset) !== colon

  function name(colons: boolean): string | undefined {
    if (at === end) endOfDocument()
    if (!(colons ? isNameStart(code(at)) : startsName(at))) return undefined
    return takeName(colons ? Number.POSITIVE_INFINITY : 0)
  }

  function qualifiedName(): string | undefined {
    if (at === end) endOfDocument()
    if (!startsName(at)) return undefined
    const start = at
    const found = takeName(1)
    const local = found.indexOf(':') + 1
    if (local > 0 && start + local < end && !startsName(start + local)) {
      fail("Element or attribute do not match QName production: QName::=(NCName':')?NCName.")
    }
    return found
  }

  /** Where the piece that is being taken begins, and how many line breaks at its beginning count for the column. */
  let from = 0
  let breaks = 0

  /** Begins a piece with its line breaks. True if that is all that is known of it. */
  function takeBreaks(): boolean {
    from = at
    breaks = 0
    if (!isBreak(code(at))) return false
    do {
      if (!isBreak(code(at))) break
      at += 1
      breaks += 1
      line += 1
      column = 1
      if (at === end) {
        from = at - breaks
        findTrouble()
        break
      }
      if (code(at - 1) === carriageReturn) {
        if (code(at) === lineFeed) {
          at += 1
          from += 1
        } else breaks += 1
      }
    } while (at < end - 1)
    return at === end - 1
  }

  function endPiece(): number {
    column += at - from - breaks
    return at === end ? -1 : code(at) === carriageReturn ? lineFeed : code(at)
  }

  function beginPiece(): boolean {
    if (at === end) endOfDocument()
    if (at === end - 1) findTrouble()
    return takeBreaks()
  }

  function content(): number {
    if (beginPiece()) return -1
    pass(run)
    return endPiece()
  }

  function literal(quote: number): number {
    if (beginPiece()) return -1
    pass(quote === doubleQuote ? doubleQuoted : singleQuoted)
    return endPiece()
  }

  function data(delimiter: string): boolean {
    if (at === end) endOfDocument()
    if (at > end - delimiter.length) {
      findTrouble()
      column += end - at
      at = end
      endOfDocument()
    }
    if (takeBreaks()) return true
    let found = false
    for (pass(plainData); at < end && !isBreak(code(at)) && !isInvalid(code(at)); pass(plainData)) {
      found = text.startsWith(delimiter, at)
      if (found) at += delimiter.length
      if (found || (at > end - delimiter.length && delimiter.startsWith(text.slice(at)))) break
      at += 1
    }
    endPiece()
    return !found
  }

  function atBlankEnd(): boolean {
    blankEnd.lastIndex = at
    return trouble === undefined && blankEnd.test(text)
  }

  return {
    get at() {
      return at
    },
    get depth() {
      return depth
    },
    set depth(value) {
      depth = value
    },
    fail,
    peek,
    take,
    skip,
    skipText,
    skipSpaces,
    name,
    qualifiedName,
    content,
    literal,
    data,
    slice: (start) => text.slice(start, at),
    atBlankEnd,
  }
}
