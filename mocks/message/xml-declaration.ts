import { isHighSurrogate, isInvalid } from './xml-character.ts'
import type { XmlCursor } from './xml-cursor.ts'
import { takeSurrogates } from './xml-reference.ts'

const pseudoAttributes = ['version', 'encoding', 'standalone']
const questionMark = 0x3f
const equals = 0x3d
const greater = 0x3e

/** Takes the rest of an XML declaration, behind `<?xml`. What it says of the encoding has been heeded. */
export function takeXmlDeclaration(cursor: XmlCursor): void {
  cursor.depth += 1
  let next = 0
  for (let space = cursor.skipSpaces(); cursor.peek() !== questionMark; space = cursor.skipSpaces()) {
    const name = takePseudoName(cursor)
    const value = takeValue(cursor, name)
    const index = pseudoAttributes.indexOf(name)
    if (next === 0 && index > 0) cursor.fail('The version is required in the XML declaration.')
    if (next === 3) cursor.fail('No more pseudo attributes are allowed.')
    // Whatever may follow, the reference misses the encoding.
    if (index < next) cursor.fail('The encoding declaration is required in the text declaration.')
    // Before `standalone` the reference speaks of the encoding, too.
    const blamed = name === 'version' ? 'version' : 'encoding'
    if (!space) cursor.fail(`White space is required before the ${blamed} pseudo attribute in the XML declaration.`)
    checkValue(cursor, name, value)
    next = index + 1
  }
  if (next === 0) cursor.fail('The version is required in the XML declaration.')
  cursor.skip(questionMark)
  if (!cursor.skip(greater)) cursor.fail('The XML declaration must end with "?>".')
  cursor.depth -= 1
}

function takePseudoName(cursor: XmlCursor): string {
  const name = pseudoAttributes.find((one) => cursor.peek() === one.charCodeAt(0) && cursor.skipText(one))
  return name ?? cursor.fail('A pseudo attribute name is expected.')
}

function takeValue(cursor: XmlCursor, name: string): string {
  cursor.skipSpaces()
  if (!cursor.skip(equals)) cursor.fail(`The ' = ' character must follow "${name}" in the XML declaration.`)
  cursor.skipSpaces()
  const quote = cursor.peek()
  if (quote !== 0x22 && quote !== 0x27) {
    cursor.fail(`The value following "${name}" in the XML declaration must be a quoted string.`)
  }
  cursor.take()
  let value = ''
  for (;;) {
    const start = cursor.at
    const next = cursor.literal(quote)
    value += cursor.slice(start).replace(/\r\n?/g, '\n')
    if (next === quote) break
    if (isHighSurrogate(next)) value += takeSurrogates(cursor)
    else if (next >= 0 && isInvalid(next)) {
      cursor.fail(`An invalid XML character (Unicode: 0x${next.toString(16)}) was found in the XML declaration.`)
    } else if ('&%<]'.includes(String.fromCharCode(next))) value += String.fromCharCode(cursor.take())
  }
  cursor.take()
  return value
}

function checkValue(cursor: XmlCursor, name: string, value: string): void {
  if (name === 'version' && value !== '1.0' && value !== '1.1') {
    const supported = value.startsWith('1.1') ? 'XML 1.0 and XML 1.1 are' : 'XML 1.0 is'
    cursor.fail(`XML version "${value}" is not supported, only ${supported} supported.`)
  }
  if (name === 'standalone' && value !== 'yes' && value !== 'no') {
    cursor.fail(`The standalone document declaration value must be "yes" or "no", not "${value}".`)
  }
}
