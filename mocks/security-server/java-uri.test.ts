import { expect, test } from 'vitest'
import { isUri } from './java-uri.ts'

test.for([
  ['', true],
  ['urn:a:b', true],
  ['http://a.example:80/b?c=[d]#e', true],
  ['http://[::1]:80/', true],
  ['http:///a', true],
  ['../a b', false],
  ['http://', false],
  ['http://[1]/', false],
  ['http://a b/', false],
  ['urn:', false],
  [':a', false],
  ['1a:b', false],
  ['a%', false],
  ['a[1]', false],
  ['a#b#c', false],
  ['\u00e4', true],
  ['\u0080', false],
  ['\u00a0', false],
] as const)('%j is a URI: %s', ([text, expected]) => {
  expect(isUri(text)).toBe(expected)
})
