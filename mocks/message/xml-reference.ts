import { isInvalid, isLowSurrogate } from './xml-character.ts'
import type { XmlCursor } from './xml-cursor.ts'

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const hash = 0x23
const semicolon = 0x3b
const x = 0x78

/** Takes a reference behind its `&` and resolves it: a character, or one of the five entities that XML has by itself. */
export function takeReference(cursor: XmlCursor): string {
  return cursor.skip(hash) ? takeCharacterReference(cursor) : takeEntityReference(cursor)
}

function takeCharacterReference(cursor: XmlCursor): string {
  const isHexadecimal = cursor.skip(x)
  const digit = isHexadecimal ? /[0-9a-fA-F]/ : /[0-9]/
  let digits = ''
  while (digit.test(String.fromCharCode(cursor.peek()))) digits += String.fromCharCode(cursor.take())
  if (digits === '') {
    cursor.fail(
      isHexadecimal
        ? 'A hexadecimal representation must immediately follow the "&#x" in a character reference.'
        : 'A decimal representation must immediately follow the "&#" in a character reference.',
    )
  }
  if (!cursor.skip(semicolon)) cursor.fail("The character reference must end with the ';' delimiter.")
  const code = Number.parseInt(digits, isHexadecimal ? 16 : 10)
  if (code > 0x10ffff || isInvalid(code)) {
    cursor.fail(`Character reference "&#${isHexadecimal ? 'x' : ''}${digits}" is an invalid XML character.`)
  }
  return String.fromCodePoint(code)
}

function takeEntityReference(cursor: XmlCursor): string {
  const name = cursor.name(true)
  if (name === undefined) cursor.fail("The entity name must immediately follow the '&' in the entity reference.")
  if (!cursor.skip(semicolon)) cursor.fail(`The reference to entity "${name}" must end with the ';' delimiter.`)
  return entities[name] ?? cursor.fail(`The entity "${name}" was referenced, but not declared.`)
}

/** Takes a character beyond the first 65,536, whose first half comes next. */
export function takeSurrogates(cursor: XmlCursor): string {
  const high = cursor.take()
  if (!isLowSurrogate(cursor.peek())) {
    cursor.fail(
      `An invalid XML character (Unicode: 0x${high.toString(16)}) was found in the element content of the document.`,
    )
  }
  return String.fromCharCode(high, cursor.take())
}
