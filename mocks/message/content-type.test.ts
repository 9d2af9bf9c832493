import fc from 'fast-check'
import { expect, test } from 'vitest'
import { knownCharset, parseContentType } from './content-type.ts'

test.for([
  ['text/xml', 'text/xml', {}],
  [' Text/XML ; Charset = "utf-8" ', 'Text/XML', { charset: 'utf-8' }],
  ['multipart/related; boundary="a;b\\"c"; type=x', 'multipart/related', { boundary: 'a;b"c', type: 'x' }],
  ['a/b; boundary=first; boundary=second', 'a/b', { boundary: 'first' }],
  ['a/b; flag; =x; charset=', 'a/b', { '': 'x', charset: '' }],
  ['a/b; boundary="open', 'a/b', { boundary: 'open' }],
  ['text/xml, application/json', 'text/xml, application/json', {}],
] as const)('%j is %s', ([value, mediaType, parameters]) => {
  const type = parseContentType(value)
  expect(type?.mediaType).toBe(mediaType)
  expect(Object.fromEntries(type?.parameters ?? [])).toEqual(parameters)
})

test.for([undefined, '', ' ', ' ;charset=utf-8'])('%j is no type', (value) => {
  expect(parseContentType(value)).toBeUndefined()
})

test.for([
  ['UTF-8', 'utf8'],
  ['ISO-8859-1', 'latin1'],
  ['utf-16le', 'utf16le'],
  ['windows-1251', 'other'],
  ['bogus', undefined],
  ['a b', undefined],
] as const)('the charset %s is %s', ([name, known]) => {
  expect(knownCharset(name)).toBe(known)
})

test('any value is taken apart or none', () => {
  const piece = fc.constantFrom('a/b', ';', '"', '\\', '=', ' ', 'charset', ',', '\xff')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      expect(parseContentType(pieces.join(''))?.mediaType).not.toBe('')
    }),
  )
})
