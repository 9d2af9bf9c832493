import { isHighSurrogate, isInvalid, isNameCharacter } from './xml-character.ts'
import type { XmlCursor } from './xml-cursor.ts'
import { takeSurrogates } from './xml-reference.ts'

const colon = 0x3a
const greater = 0x3e
const closingBracket = 0x5d

/** Takes a comment behind its `<!--`. */
export function takeCommentText(cursor: XmlCursor): void {
  takeData(cursor, '--', 'comment')
  if (!cursor.skip(greater)) cursor.fail('The string "--" is not permitted within comments.')
}

/** Takes a CDATA section behind its `<![CDATA[`. */
export function takeCdataText(cursor: XmlCursor): void {
  do {
    takeData(cursor, ']]', 'CDATA section')
    while (cursor.skip(closingBracket));
  } while (!cursor.skip(greater))
}

/** Takes a processing instruction behind its `<?`, and behind what of its target has `begun`. */
export function takeInstruction(cursor: XmlCursor, begun: string): void {
  let target = begun
  if (begun === '') target = cursor.name(false) ?? ''
  else while (isNameCharacter(cursor.peek()) && cursor.peek() !== colon) target += String.fromCharCode(cursor.take())
  if (target === '') cursor.fail('The processing instruction must begin with the name of the target.')
  if (/^xml$/i.test(target)) {
    cursor.fail('The processing instruction target matching "[xX][mM][lL]" is not allowed.')
  }
  if (cursor.skipSpaces() || !cursor.skipText('?>')) {
    checkBehindTarget(cursor, target)
    takeData(cursor, '?>', 'processing instruction')
  }
}

function checkBehindTarget(cursor: XmlCursor, target: string): void {
  if (/\s$/.test(cursor.slice(cursor.at - 1))) return
  if (cursor.peek() !== colon) {
    cursor.fail('White space is required between the processing instruction target and data.')
  }
  cursor.take()
  const rest = cursor.name(true) ?? ''
  cursor.fail(`A colon is not allowed in the name '${target}:${rest}' when namespaces are enabled.`)
}

/** Takes data with its delimiter. */
function takeData(cursor: XmlCursor, delimiter: string, place: string): void {
  while (cursor.data(delimiter)) {
    const next = cursor.peek()
    if (isHighSurrogate(next)) takeSurrogates(cursor)
    else if (isInvalid(next)) refuseCharacter(cursor, next, place)
  }
}

/** Reports a character that XML does not have. */
export function refuseCharacter(cursor: XmlCursor, code: number, place: string): never {
  return cursor.fail(`An invalid XML character (Unicode: 0x${code.toString(16)}) was found in the ${place}.`)
}
