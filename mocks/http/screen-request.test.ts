import { describe, expect, test } from 'vitest'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { findProfile } from '../../fixtures/profiles.ts'
import { SilentRefusal } from './engine-refusal.ts'
import type { RequestHead } from './request-head.ts'
import { screenRequest } from './screen-request.ts'

const host: RawHeader = ['Host', 'ss1:8080']

describe('the path of a target', () => {
  test.for([
    '/r1/a%2Fb/%2f',
    '/r1/%3B/%C3%A4;p=1',
    '/r1/a/../b',
    '/r1/a/.',
    '/r1/..%2f',
    '/r1/%20/a..b/',
    '/?x=%zz&y=|//..;',
    '/',
  ])('%s passes as it is', (target) => {
    expect(screen({ target })).toMatchObject({ target })
  })

  test.for([
    ['/a%25b', 'Ambiguous URI path encoding'],
    ['/a//b', 'Ambiguous URI empty segment'],
    ['/%2e%2E/a', 'Ambiguous URI path segment'],
    ['/a/%2e', 'Ambiguous URI path segment'],
    ['/a/..;/b', 'Ambiguous URI path parameter'],
    ['/a%5Cb', 'Suspicious Path Character'],
    ['/a\\b', 'Suspicious Path Character, Illegal Path Character'],
    ['/a//%2e/b', 'Ambiguous URI path segment, Ambiguous URI empty segment'],
    ['/a/;b/c', 'Ambiguous URI empty segment'],
    ['/a%00', 'Bad Request'],
    ['/a%zz', 'Bad Request'],
    ['/a%', 'Bad Request'],
    ['/%u00e4', 'UTF-16 encoding'],
    ['/\xc3\xa4', 'Illegal Path Character'],
    ['/a|b', 'Illegal Path Character'],
    ['/%C3', 'Bad UTF-8 encoding'],
    ['/a/../../b', 'Bad Request'],
  ] as const)('%s is refused: %s', ([target, reason]) => {
    // What is found with the request line is closed without a word.
    const place = reason === 'Bad Request' ? { uri: '/badMessage', announcesClose: false } : { announcesClose: true }
    expect(refusal({ target })).toMatchObject({ status: 400, message: reason, ...place })
  })

  test('is looked at less closely by older engines', () => {
    expect(screen({ target: '/a//b/%2e%2e' }, '7.3')).toMatchObject({ target: '/a//b/%2e%2e' })
    expect(refusal({ target: '/a/..;/b' }, '7.3')).toMatchObject({ message: 'Ambiguous path parameters' })
  })
})

test.for([
  ['POST', '*', 'Bad URI path'],
  ['CONNECT', '/r1/a', 'Bad Request'],
] as const)('%s %s is refused', ([method, target, reason]) => {
  expect(refusal({ method, target })).toMatchObject({ status: 400, message: reason })
})

test('a target with the authority of the host counts as its path, with another it is refused', () => {
  expect(screen({ target: 'http://ss1:8080/a?b' })).toMatchObject({ target: '/a?b' })
  expect(refusal({ target: 'http://ss2:8080/a' })).toMatchObject({ message: 'Authority!=Host' })
})

test.for([
  [[], 'No Host'],
  [[['Host', '']], 'Blank Host'],
  [[host, host], 'Duplicate Host Header'],
  [[['Host', 'a b']], 'Bad HostPort'],
  [[['Host', 'a:x']], 'Bad HostPort'],
  [[['Host', 'a:65536']], 'Bad HostPort'],
  [[['Host', 'a:']], 'Bad HostPort'],
  [[['Host', 'a:0']], 'Bad HostPort'],
  [[['Host', 'a%zz']], 'Bad HostPort'],
  [[['Host', '[a]']], 'Bad HostPort'],
  [[['Host', 'a:1:2']], 'Bad HostPort'],
] as const)('the hosts %j are refused: %s', ([headers, reason]) => {
  expect(refusal({ headers })).toMatchObject({ status: 400, message: reason })
})

test.for(['a', 'a_b:80', 'a%2Fb', 'a:+80', '::1', '[::1]', '[::1]:80', '127.0.0.1:65535'])('%s is a host', (value) => {
  expect(screen({ headers: [['Host', value]] })).toMatchObject({ framing: { kind: 'none' } })
})

test('what is wrong with a path is told before what is wrong with its version and its authority', () => {
  expect(refusal({ target: 'http://u@other/a//b', version: '2.0' })).toMatchObject({
    message: 'Ambiguous URI empty segment, Deprecated User Info',
  })
  expect(refusal({ target: 'http://other/a', version: '2.0' })).toMatchObject({ status: 426 })
  expect(refusal({ target: 'http://other/a' })).toMatchObject({ message: 'Authority!=Host' })
})

test('what is wrong with a head is told in the order of its bytes', () => {
  const twice = [['Content-Length', '1'] as const, ['Content-Length', '1'] as const]
  expect(refusal({ target: '/%zz', headers: [['Host', 'a b'], ...twice] })).toMatchObject({ message: 'Bad Request' })
  expect(refusal({ target: '/a//b', headers: [['Host', 'a b'], ...twice] })).toMatchObject({ message: 'Bad HostPort' })
  expect(refusal({ headers: [...twice, ['Host', 'a b']] })).toMatchObject({ message: 'Multiple Content-Lengths' })
  expect(refusal({ headers: [['Host', 'a b'], host] })).toMatchObject({ message: 'Bad HostPort' })
})

test('the beginning of a head is not told what it lacks', () => {
  expect(screen({ headers: [], target: '/a//b' }, '7.8', false)).toMatchObject({ target: '/a//b' })
  expect(refusal({ headers: [host, host] }, '7.8', false)).toMatchObject({ message: 'Duplicate Host Header' })
})

test('HTTP/1.0 needs no host', () => {
  expect(screen({ version: '1.0', headers: [] })).toMatchObject({ framing: { kind: 'none' } })
})

describe('framing', () => {
  test.for([
    [[], { kind: 'none' }],
    [[['Content-Length', '0']], { kind: 'none' }],
    [[['content-length', '007']], { kind: 'length', length: 7 }],
    [[['Transfer-Encoding', 'gzip, Chunked']], { kind: 'chunked', of: 'request' }],
  ] as const)('of %j', ([headers, framing]) => {
    expect(screen({ headers: [host, ...headers] })).toMatchObject({ framing })
  })

  // Whatever two servers could understand in two ways is refused (request smuggling).
  test.for([
    [[['Content-Length', '5'] as const, ['Content-Length', '5'] as const], 'Multiple Content-Lengths'],
    [
      [['Content-Length', '5'] as const, ['Transfer-Encoding', 'chunked'] as const],
      'Transfer-Encoding and Content-Length',
    ],
    [
      [['Transfer-Encoding', 'chunked'] as const, ['Content-Length', '5'] as const],
      'Transfer-Encoding and Content-Length',
    ],
    [[['Transfer-Encoding', 'gzip'] as const], 'Bad Transfer-Encoding, chunked not last'],
    [[['Transfer-Encoding', 'chunked, gzip'] as const], 'Bad Transfer-Encoding, chunked not last'],
    [[['Transfer-Encoding', 'chunked, chunked'] as const], 'Bad Transfer-Encoding, multiple chunked tokens'],
    [
      [['Transfer-Encoding', 'chunked'] as const, ['Transfer-Encoding', 'identity'] as const],
      'Bad Transfer-Encoding, chunked not last',
    ],
    [[['Transfer-Encoding', ''] as const], 'Bad Transfer-Encoding, chunked not last'],
    [[['Content-Length', '5,5'] as const], 'Invalid Content-Length Value'],
    [[['Content-Length', '+5'] as const], 'Invalid Content-Length Value'],
    [[['Content-Length', '-5'] as const], 'Invalid Content-Length Value'],
    [[['Content-Length', '0x5'] as const], 'Invalid Content-Length Value'],
    [[['Content-Length', ''] as const], 'Invalid Content-Length Value'],
    [[['Content-Length', '9'.repeat(19)] as const], 'Bad Request'],
  ] as const)('of %j is refused', ([headers, reason]) => {
    expect(refusal({ headers: [host, ...headers] })).toMatchObject({ status: 400, message: reason })
  })
})

test('an expectation other than 100-continue is refused, by some releases without a word', () => {
  const headers = [host, ['Expect', '100-continue'] as const, ['Expect', 'miracles'] as const]
  expect(refusal({ headers })).toMatchObject({ status: 417 })
  expect(refusal({ headers }, '7.7')).toBeInstanceOf(SilentRefusal)
  expect(screen({ headers: [host, ['Expect', '100-Continue']] })).toMatchObject({ framing: { kind: 'none' } })
})

function screen(head: Partial<RequestHead>, profile = '7.8', isWhole = true) {
  const rules = findProfile(profile)?.engine
  if (rules === undefined) throw new Error(`no profile ${profile}`)
  return screenRequest({ method: 'GET', target: '/', version: '1.1', headers: [host], ...head }, rules, isWhole)
}

function refusal(head: Partial<RequestHead>, profile = '7.8', isWhole = true): unknown {
  try {
    return screen(head, profile, isWhole)
  } catch (error) {
    return error
  }
}
