import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FaultError } from '../fault/fault.ts'
import { normalisedPath, pathForRights } from './service-path.ts'

describe('the path that rights are judged by', () => {
  test.for([
    ['', ''],
    ['/', '/'],
    ['/a//b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/./b', '/a/b'],
    ['/a/b/..', '/a/'],
    ['/../a', undefined],
    ['/a/../../b', undefined],
    ['/foo/..%2f..%2fbar', undefined],
    ['/a..b', undefined],
    ['/a%2Fb', '/a/b'],
    ['/a%252Fb', '/a/b'],
    ['/foo%2F..%2Fbar', '/bar'],
    ['/pub%3Fx', '/pub'],
    ['/pub%23x', '/pub'],
    ['/%2Fhost%2Fsecret', '/secret'],
    ['/a;x=1/b', '/a;x=1/b'],
    ['/a+b', '/a+b'],
    ['/%C3%A5', '/å'],
    ['/a%2Db', '/a-b'],
    ['/a%E4b', '/a\ufffdb'],
    ['/a%25E4b', '/a\ufffdb'],
    ['/a%E2%82%AC', '/a€'],
  ] as const)('%s is %s', ([path, expected]) => {
    expect(pathForRights(path)).toBe(expected)
  })

  test.for([
    ['/a%20b', 'Illegal character in path at index 2: /a b'],
    ['/a%5Bb', 'Illegal character in path at index 2: /a[b'],
    ['/a%7Cb', 'Illegal character in path at index 2: /a|b'],
    ['/a%22b', 'Illegal character in path at index 2: /a"b'],
    ['/a%5Eb', 'Illegal character in path at index 2: /a^b'],
    ['/a%60b', 'Illegal character in path at index 2: /a`b'],
    ['/a%zz', 'Invalid percent encoding'],
    ['/a%4', 'Incomplete percent encoding'],
    ['/a|b', 'Invalid character in path segment'],
    ['/å', 'Invalid character in path segment'],
    ['/a%25b', 'Malformed escape pair at index 2: /a%b'],
    ['/a%C2%A0', 'Illegal character in path at index 2: /a\u00a0'],
    ['/a%3Fb%7C', 'Illegal character in query at index 4: /a?b|'],
    ['/a%23b%7C', 'Illegal character in fragment at index 4: /a#b|'],
    ['/%2Fa%7Cb/c', 'Illegal character in authority at index 3: //a|b/c'],
    ['//', 'Expected authority at index 2: //'],
  ] as const)('%s is no path: %s', ([path, message]) => {
    expect(() => pathForRights(path)).toThrow(message)
  })

  test('never climbs, and never fails but by a fault', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2F',
      '%252e',
      '%25',
      '%',
      'a',
      ';',
      '?',
      '#',
      '%00',
      '%C3',
      'ä',
      '%2d',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          expect(pathForRights(`/${pieces.join('')}`) ?? '').not.toContain('..')
        } catch (error) {
          expect(error).toBeInstanceOf(FaultError)
        }
      }),
    )
  })
})

test.for([
  ['/a//b', '/a/b'],
  ['/a/../b', '/b'],
  ['/a%20b', '/a b'],
  ['/foo%2F..%2Fbar', '/foo/../bar'],
  ['/a%252Fb', '/a%2Fb'],
  ['/a%2Db', '/a-b'],
] as const)('older releases judge %s by %s', ([path, expected]) => {
  expect(normalisedPath(path)).toBe(expected)
})
