import { inflateRawSync } from 'node:zlib'

const endSignature = 0x06054b50
const centralSignature = 0x02014b50
const endLength = 22
const centralLength = 46
const localLength = 30
const stored = 0
const deflated = 8

/** Bytes of a file in an archive beyond which it is not unpacked. */
const sizeLimit = 64 * 1024 * 1024

/** The files of a ZIP archive by their names, as its central directory lists them; undefined if the bytes are no archive. */
export function readZipArchive(bytes: Buffer): ReadonlyMap<string, Buffer> | undefined {
  try {
    return readFiles(bytes)
  } catch {
    // Offsets beyond the end and data that cannot be unpacked.
    return undefined
  }
}

function readFiles(bytes: Buffer): ReadonlyMap<string, Buffer> | undefined {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || bytes.length < end + endLength || bytes.readUInt32LE(end) !== endSignature) return undefined
  const files = new Map<string, Buffer>()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== centralSignature) return undefined
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset))
    const nameEnd = at + centralLength + (nameLength as number)
    const content = readFile(bytes, at)
    if (content === undefined) return undefined
    files.set(bytes.toString('utf8', at + centralLength, nameEnd), content)
    at = nameEnd + (extraLength as number) + (commentLength as number)
  }
  return files
}

/** Sizes are those of the directory at `entry`: the header before the data need not know them. */
function readFile(bytes: Buffer, entry: number): Buffer | undefined {
  const local = bytes.readUInt32LE(entry + 42)
  const start = local + localLength + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const packed = bytes.subarray(start, start + bytes.readUInt32LE(entry + 20))
  const method = bytes.readUInt16LE(entry + 10)
  if (method === deflated) return inflateRawSync(packed, { maxOutputLength: sizeLimit })
  return method === stored ? packed : undefined
}
