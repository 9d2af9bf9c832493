import { expect, test } from 'vitest'
import { partAddress } from '../../suites/configuration/part-address.ts'
import { partLocation } from './part-location.ts'

// What java.net.URI makes of them.
test.for([
  ['/V6/1/x', 'http://h:1/V6/1/x'],
  ['/V6/../V6/x', 'http://h:1/V6/../V6/x'],
  ['/a/./b//c', 'http://h:1/a/./b//c'],
  ['/%2e%2e/x', 'http://h:1/%2e%2e/x'],
  ['../x', 'http://h:1/../x'],
  ['../../x', 'http://h:1/../../x'],
  ['..', 'http://h:1/..'],
  ['V6/../x', 'http://h:1/x'],
  ['a/b/../../x', 'http://h:1/x'],
  ['a/b/..', 'http://h:1/a/'],
  ['a/.', 'http://h:1/a/'],
  ['./x', 'http://h:1/x'],
  ['././x', 'http://h:1/x'],
  ['a/././b', 'http://h:1/a/b'],
  ['x/..', 'http://h:1/'],
  ['a//b', 'http://h:1/a/b'],
  ['?q=1', 'http://h:1/?q=1'],
  ['x?y=../z', 'http://h:1/x?y=../z'],
  ['//other/x', 'http://other/x'],
  ['http://o/../y', 'http://o/../y'],
] as const)('the location %s is %s', ([location, address]) => {
  const directory = 'http://h:1/internalconf?version=6'
  expect(partLocation(location, directory)).toBe(address)
  expect(partAddress(location, directory)).toBe(address)
})
