import { expect, test } from 'vitest'
import { parseProviderAddress } from './provider-address.ts'

test.for([
  ['http://host', { secure: false, host: 'host', port: 80, authority: 'host', target: '/' }],
  ['HTTPS://h.example:8443/a?b', { secure: true, port: 8443, authority: 'h.example:8443', target: '/a?b' }],
  ['http://[::1]:80/', { host: '::1', authority: '[::1]:80' }],
  ['http://h?a', { target: '/?a' }],
  ['http://h/a%2Fb/../%41?%zz', { target: '/a%2Fb/../%41?%zz' }],
  // Where a segment is empty the whole path is written anew.
  ['http://h/a//%41%2fb//', { target: '/a/A%2Fb/' }],
  ['http://h/?n=\xc3\xa4', { target: '/?n=%C3%A4' }],
] as const)('%s', ([url, expected]) => {
  expect(parseProviderAddress(url)).toMatchObject(expected)
})

test.for([
  ['http://bad host/soap', 'Illegal character in authority at index 10: http://bad host/soap'],
  ['ftp://host/', 'null'],
  ['http://host:99999/', 'port out of range:99999'],
] as const)('%s is refused: %s', ([url, message]) => {
  expect(() => parseProviderAddress(url)).toThrow(message)
})
