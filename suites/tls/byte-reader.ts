/** Bytes that are not what their place demands: too short, too long, or of another protocol. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage'
}

/** Reads forward through bytes and never past their end: whoever asks for more gets a MalformedMessage. */
export interface ByteReader {
  readonly remaining: number
  /** An unsigned number of so many bytes, at most six, the first byte the highest. */
  number(length: number): number
  take(length: number): Buffer
  /** What stands behind a length of so many bytes. */
  vector(lengthBytes: number): Buffer
  /** All vectors up to the end, each behind a length of so many bytes. */
  vectors(lengthBytes: number): Buffer[]
  /** All numbers up to the end; a number that is cut off is malformed. */
  numbers(length: number): number[]
}

export function byteReader(bytes: Buffer): ByteReader {
  let at = 0
  const take = (length: number) => {
    if (length > bytes.length - at) throw new MalformedMessage(`${length} bytes expected, ${bytes.length - at} there`)
    at += length
    return bytes.subarray(at - length, at)
  }
  const number = (length: number) => take(length).readUIntBE(0, length)
  const vector = (lengthBytes: number) => take(number(lengthBytes))
  const all = <Item>(read: () => Item) => {
    const items: Item[] = []
    while (at < bytes.length) items.push(read())
    return items
  }
  return {
    get remaining() {
      return bytes.length - at
    },
    take,
    number,
    vector,
    vectors: (lengthBytes) => all(() => vector(lengthBytes)),
    numbers: (length) => all(() => number(length)),
  }
}
