import { expect, test } from 'vitest'
import { encodeText } from './encode-text.ts'

test.for([
  ['UTF-8', 'ä€', 'c3a4e282ac'],
  ['utf-16', 'aä', 'feff006100e4'],
  ['utf-16be', 'aä', '006100e4'],
  ['UTF-16LE', 'aä', '6100e400'],
  ['us-ascii', 'aä€😀b', '613f3f3f62'],
  ['iso-8859-1', 'aä€😀b', '61e43f3f62'],
  ['iso-8859-15', 'aä€😀b', '61e4a43f62'],
  ['windows-1252', '€–', '8096'],
  ['shift_jis', 'ä', 'c3a4'],
] as const)('%s', ([charset, text, hex]) => {
  expect(encodeText(text, charset).toString('hex')).toBe(hex)
})
