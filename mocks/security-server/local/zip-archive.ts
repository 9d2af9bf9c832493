import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  /** Path within the archive, `/` between folders, ASCII or UTF-8. */
  readonly name: string
  readonly content: Buffer
}

const localSignature = 0x04034b50
const centralSignature = 0x02014b50
const endSignature = 0x06054b50
const version = 20
/** Names are UTF-8. */
const flags = 0x0800
const deflated = 8

/** A ZIP archive of some small files, each with `time` (in UTC) as its time of change. */
export function zipArchive(entries: readonly ZipEntry[], time: Date): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, content } of entries) {
    const nameBytes = Buffer.from(name)
    const packed = deflateRawSync(content)
    const facts = fields([
      [2, version],
      [2, flags],
      [2, deflated],
      [2, dosTime(time)],
      [2, dosDate(time)],
      [4, crc32(content)],
      [4, packed.length],
      [4, content.length],
      [2, nameBytes.length],
      [2, 0],
    ])
    const entry = [fields([[4, localSignature]]), facts, nameBytes, packed]
    central.push(
      fields([
        [4, centralSignature],
        [2, version],
      ]),
      facts,
      centralTail(offset),
      nameBytes,
    )
    local.push(...entry)
    offset += entry.reduce((sum, { length }) => sum + length, 0)
  }
  const directory = Buffer.concat(central)
  return Buffer.concat([...local, directory, endRecord(entries.length, directory.length, offset)])
}

/** Comment, disk and attributes, all none; and where the entry begins. */
function centralTail(offset: number): Buffer {
  return fields([
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, offset],
  ])
}

function endRecord(count: number, size: number, offset: number): Buffer {
  return fields([
    [4, endSignature],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, offset],
    [2, 0],
  ])
}

/** Numbers of two or four bytes, the lowest byte first. */
function fields(numbers: readonly (readonly [size: 2 | 4, value: number])[]): Buffer {
  const bytes = Buffer.alloc(numbers.reduce((sum, [size]) => sum + size, 0))
  let at = 0
  for (const [size, value] of numbers) at = bytes.writeUIntLE(value, at, size)
  return bytes
}

function dosTime(time: Date): number {
  return (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1)
}

function dosDate(time: Date): number {
  return (Math.max(0, time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate()
}
