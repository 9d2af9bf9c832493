import { expect, test } from 'vitest'
import { wholeNumber } from './whole-number.ts'

test.each(['1', '60', '3600'])('%s is a whole number within the limits', (text) => {
  expect(wholeNumber(1, 3600)(text)).toBe(Number(text))
})

test.each(['', ' ', 'soon', '0', '3601', '-1', '1.5', '1e3', '0x10', 'Infinity'])('"%s" is refused', (text) => {
  expect(() => wholeNumber(1, 3600)(text)).toThrow('write a whole number from 1 to 3600.')
})
