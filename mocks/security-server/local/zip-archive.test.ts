import { crc32, inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { zipArchive } from './zip-archive.ts'

test('the central directory leads to every entry, name, time and content included', () => {
  const contents = new Map([
    ['folder/ä.xml', Buffer.from('<a/>'.repeat(100))],
    ['empty', Buffer.alloc(0)],
  ])
  const entries = [...contents].map(([name, content]) => ({ name, content }))
  const zip = zipArchive(entries, new Date('2026-11-25T13:10:06Z'))
  const end = zip.length - 22
  expect(zip.readUInt32LE(end)).toBe(0x06054b50)
  expect(zip.readUInt16LE(end + 10)).toBe(contents.size)
  let at = zip.readUInt32LE(end + 16)
  for (const [name, content] of contents) {
    const [start, size, nameLength] = [zip.readUInt32LE(at + 42), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)]
    expect(zip.readUInt32LE(at)).toBe(0x02014b50)
    expect(zip.readUInt32LE(start)).toBe(0x04034b50)
    expect(zip.toString('utf8', at + 46, at + 46 + nameLength)).toBe(name)
    expect(zip.readUInt32LE(at + 16)).toBe(crc32(content))
    const data = start + 30 + nameLength
    expect(inflateRawSync(zip.subarray(data, data + size)).equals(content)).toBe(true)
    // 25 November of the 46th year after 1980, 13:10 and three times two seconds.
    expect([zip.readUInt16LE(at + 14), zip.readUInt16LE(at + 12)]).toEqual([
      (46 << 9) | (11 << 5) | 25,
      (13 << 11) | (10 << 5) | 3,
    ])
    at += 46 + nameLength
  }
  expect(at).toBe(end)
})
