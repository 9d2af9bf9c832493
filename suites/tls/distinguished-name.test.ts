import { expect, test } from 'vitest'
import { MalformedMessage } from '../../fixtures/tls/byte-reader.ts'
import { distinguishedName } from './distinguished-name.ts'
import { authority } from './sample-flight.ts'

/** One attribute in DER: object identifier, tag, text. */
function name(oid: string, tag: number, text: Buffer): Buffer {
  const item = (kind: number, content: Buffer) => Buffer.concat([Buffer.of(kind, content.length), content])
  const pair = Buffer.concat([item(6, Buffer.from(oid, 'hex')), item(tag, text)])
  return item(0x30, item(0x31, item(0x30, pair)))
}

test('attributes are named, or numbered where they have no usual name', () => {
  expect(distinguishedName(authority)).toBe('CN=Root')
  expect(distinguishedName(name('0992268993f22c640119', 12, Buffer.from('fi')))).toBe('DC=fi')
  expect(distinguishedName(name('550463', 12, Buffer.from('x')))).toBe('2.5.4.99=x')
})

test('UTF-16 is read, and what would forge a line is not printed as it is', () => {
  expect(distinguishedName(name('550403', 0x1e, Buffer.from('00c4', 'hex')))).toBe('CN=\u00c4')
  expect(distinguishedName(name('550403', 12, Buffer.from('a, O=b\n\u001b[2J')))).toBe('CN=a\\, O=b\ufffd\ufffd[2J')
})

test('a name that ends too early is malformed', () => {
  expect(() => distinguishedName(authority.subarray(0, -1))).toThrow(MalformedMessage)
})
