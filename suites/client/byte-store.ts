/** Bytes that arrive piece by piece; appending costs no copy of what is already there. */
export interface ByteStore {
  /** What is there, as one view. */
  readonly bytes: Buffer
  append(piece: Buffer): void
  /** Forgets the first bytes. */
  drop(count: number): void
}

export function createByteStore(): ByteStore {
  let space = Buffer.alloc(16 * 1024)
  let start = 0
  let end = 0
  return {
    get bytes() {
      return space.subarray(start, end)
    },
    append(piece) {
      if (end + piece.length > space.length) {
        // A new space each time: views given out before keep their bytes.
        const larger = Buffer.alloc(2 * (end - start + piece.length))
        space.copy(larger, 0, start, end)
        space = larger
        end -= start
        start = 0
      }
      piece.copy(space, end)
      end += piece.length
    },
    drop(count) {
      start += count
    },
  }
}
