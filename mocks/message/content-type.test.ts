import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FaultError } from '../fault/fault.ts'
import { type ContentType, isKnownCharset, parseContentType, soapCharset } from './content-type.ts'

describe.each(['elements', 'prefix'] as const)('read as %s', (reading) => {
  test.for([
    ['text/xml', 'text/xml', undefined],
    [' Text/XML ; Boundary = "b" ', 'Text/XML', 'b'],
    ['multipart/related; boundary="a;b\\"c"; type=x', 'multipart/related', 'a;b"c'],
    ['a/b; boundary=first; boundary=second', 'a/b', 'second'],
    ['a/b; flag; boundary', 'a/b', undefined],
    ['a/b; boundary="open', 'a/b', 'open'],
    ['a/b; boundary=(no) b (comment)', 'a/b', 'b'],
  ] as const)('%j is %s', ([value, mediaType, boundary]) => {
    expect(parseContentType(value, reading)).toMatchObject({ mediaType, boundary })
  })

  test.for([undefined, '', ' ', ' ;charset=utf-8'])('%j is no type', (value) => {
    expect(parseContentType(value, reading)).toBeUndefined()
  })
})

test('of several elements the first counts, and before it the reference stops at a sign that may not stand there', () => {
  expect(parseContentType('text/xml, application/json', 'elements')?.mediaType).toBe('text/xml')
  expect(parseContentType(', text/xml', 'elements')).toBeUndefined()
  expect(parseContentType('text/xml charset=utf-8', 'elements')?.mediaType).toBe('text/xml charset')
  expect(parseContentType('text/xml, application/json', 'prefix')?.mediaType).toBe('text/xml, application/json')
})

test.for([
  ['text/xml', 'utf-8'],
  ['text/xml; charset="ISO-8859-1"', 'ISO-8859-1'],
  ['text/xml; charset=""', 'utf-8'],
  ['text/xml; =utf-8', 'utf-8'],
  ['text/xml; charset= utf-8', ' utf-8'],
  ['text/xml; charset', 'null'],
  ['text/xml; charset="utf-8"', 'utf-8'],
  ['text/xml; charset="utf-8', 'unterminated quote'],
  ['text/xml; "charset"x=utf-8', 'characters after end quote'],
  ['text/xml; a="\\"; charset=bogus', 'unterminated quote'],
  ['text/xml; a="\\""; charset=bogus', 'bogus'],
] as const)('the charset of %j is %j, or that is what is wrong with it', ([value, charset]) => {
  const type = parseContentType(value, 'prefix') as ContentType
  try {
    expect(soapCharset(type)).toBe(charset)
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    expect(error.message).toBe(charset)
  }
})

test.for([
  ['UTF-8', true],
  ['ISO-8859-1', true],
  ['utf-16le', true],
  ['windows-1251', true],
  ['bogus', false],
  ['a b', false],
] as const)('the charset %s is known: %s', ([name, known]) => {
  expect(isKnownCharset(name)).toBe(known)
})

test('any value is taken apart or none', () => {
  const piece = fc.constantFrom('a/b', ';', '"', '\\', '=', ' ', 'x', ',', '\xff')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const reading of ['elements', 'prefix'] as const) {
        expect(parseContentType(pieces.join(''), reading)?.mediaType).not.toBe('')
      }
    }),
  )
})
