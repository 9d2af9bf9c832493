import { isHighSurrogate, isInvalid, isNameStart } from './xml-character.ts'
import type { XmlCursor } from './xml-cursor.ts'
import type { WrittenAttribute } from './xml-element.ts'
import { takeReference, takeSurrogates } from './xml-reference.ts'

export interface XmlStartTag {
  readonly name: string
  readonly attributes: readonly WrittenAttribute[]
  readonly empty: boolean
}

/** The names of an element and an attribute that were read last: where a name is missing, the reference speaks of these. */
export interface LastNames {
  element: string
  attribute: string
}

const slash = 0x2f
const equals = 0x3d
const greater = 0x3e

/** How many attributes one element may have. */
const attributeLimit = 10_000

/** Takes a start tag behind its `<`; `check` is told of each attribute when it ends. */
export function takeStartTag(
  cursor: XmlCursor,
  last: LastNames,
  check: (attribute: WrittenAttribute) => void,
): XmlStartTag {
  const name = cursor.qualifiedName() ?? last.element
  last.element = name
  const unterminated = (): never =>
    cursor.fail(`Element type "${name}" must be followed by either attribute specifications, ">" or "/>".`)
  const attributes: WrittenAttribute[] = []
  for (;;) {
    const space = cursor.skipSpaces()
    const next = cursor.peek()
    if (next === greater) {
      cursor.take()
      return { name, attributes, empty: false }
    }
    if (next === slash) {
      cursor.take()
      if (!cursor.skip(greater)) unterminated()
      return { name, attributes, empty: true }
    }
    if (!isNameStart(next) || !space) unterminated()
    const attribute = takeAttribute(cursor, name, last)
    check(attribute)
    attributes.push(attribute)
    if (attributes.length > attributeLimit) {
      cursor.fail(`Element type "${name}" has more than ${attributeLimit} attributes.`)
    }
  }
}

function takeAttribute(cursor: XmlCursor, element: string, last: LastNames): WrittenAttribute {
  const name = cursor.qualifiedName() ?? last.attribute
  last.attribute = name
  cursor.skipSpaces()
  if (!cursor.skip(equals)) {
    cursor.fail(
      `Attribute name "${name}" associated with an element type "${element}" must be followed by the ' = ' character.`,
    )
  }
  cursor.skipSpaces()
  const quote = cursor.peek()
  if (quote !== 0x22 && quote !== 0x27) {
    cursor.fail(`Open quote is expected for attribute "${name}" associated with an  element type  "${element}".`)
  }
  cursor.take()
  return { name, value: takeValue(cursor, quote, name, element) }
}

function takeValue(cursor: XmlCursor, quote: number, name: string, element: string): string {
  let value = ''
  for (;;) {
    const start = cursor.at
    const next = cursor.literal(quote)
    value += cursor.slice(start).replace(/\r\n|[\t\n\r]/g, ' ')
    if (next === quote) break
    const character = String.fromCharCode(next)
    if (character === '<') {
      cursor.fail(
        `The value of attribute "${name}" associated with an element type "${element}" must not contain the '<' character.`,
      )
    } else if (character === '&') {
      cursor.take()
      value += takeReference(cursor)
    } else if (character === '%' || character === ']') value += String.fromCharCode(cursor.take())
    else if (character === '\n') {
      cursor.take()
      value += ' '
    } else if (isHighSurrogate(next)) value += takeSurrogates(cursor)
    else if (next >= 0 && isInvalid(next)) {
      cursor.fail(
        `An invalid XML character (Unicode: 0x${next.toString(16)}) was found in the value of attribute "${name}" and element is "${element}".`,
      )
    }
  }
  cursor.take()
  return value
}
