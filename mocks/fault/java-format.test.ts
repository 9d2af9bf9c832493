import { expect, test } from 'vitest'
import { formatProblem } from './java-format.ts'

test.for(['', 'plain', '100 %%', '%n', '%%%%', '%-5n'])('%j survives', (text) => {
  expect(formatProblem(text)).toBeUndefined()
})

test.for([
  ["Client 'SUBSYSTEM:FI/GOV/1/a%b' not found", 'MissingFormatArgumentException', "Format specifier '%b'"],
  ['%d', 'MissingFormatArgumentException', "Format specifier '%d'"],
  ['%%%s', 'MissingFormatArgumentException', "Format specifier '%s'"],
  ['%1$tY', 'MissingFormatArgumentException', "Format specifier '%1$tY'"],
  ['?x=%zz', 'UnknownFormatConversionException', "Conversion = 'z'"],
  ['100 %', 'UnknownFormatConversionException', "Conversion = '%'"],
  ['%é', 'UnknownFormatConversionException', "Conversion = '%'"],
] as const)('%j breaks: %s, %s', ([text, exception, message]) => {
  expect(formatProblem(text)).toEqual({ exception: `java.util.${exception}`, message })
})
