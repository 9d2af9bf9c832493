import { expect, test } from 'vitest'
import { formatProblem, formatText } from './java-format.ts'

test.for([
  ['', ''],
  ['plain', 'plain'],
  ['100 %%', '100 %'],
  ['%n', '\n'],
  ['%%%%', '%%'],
  ['%5%|%-5%|', '    %|%    |'],
] as const)('%j survives as %j', ([text, formatted]) => {
  expect(formatProblem(text)).toBeUndefined()
  expect(formatText(text)).toBe(formatted)
})

test.for([
  ["Client 'SUBSYSTEM:FI/GOV/1/a%b' not found", 'MissingFormatArgumentException', "Format specifier '%b'"],
  ['%d', 'MissingFormatArgumentException', "Format specifier '%d'"],
  ['%%%s', 'MissingFormatArgumentException', "Format specifier '%s'"],
  ['%1$tY', 'MissingFormatArgumentException', "Format specifier '%1$tY'"],
  ['?x=%zz', 'UnknownFormatConversionException', "Conversion = 'z'"],
  ['100 %', 'UnknownFormatConversionException', "Conversion = '%'"],
  ['%é', 'UnknownFormatConversionException', "Conversion = 'é'"],
  ['%25', 'UnknownFormatConversionException', "Conversion = '2'"],
  ['%s %zz', 'UnknownFormatConversionException', "Conversion = 'z'"],
  ['%tz', 'MissingFormatArgumentException', "Format specifier '%tz'"],
  ['%00d', 'DuplicateFormatFlagsException', "Flags = '0'"],
  ['%-5n', 'IllegalFormatWidthException', '5'],
  ['%-s', 'MissingFormatWidthException', '%-s'],
  ['%+s', 'FormatFlagsConversionMismatchException', 'Conversion = s, Flags = +'],
  ['%.3d', 'IllegalFormatPrecisionException', '3'],
  ['%+ 5d', 'IllegalFormatFlagsException', "Flags = '+ '"],
] as const)('%j breaks: %s, %s', ([text, exception, message]) => {
  expect(formatProblem(text)).toEqual({ exception: `java.util.${exception}`, message })
})
