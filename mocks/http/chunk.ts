/** What ends a chunked body: a chunk of no bytes, and no trailers. */
export const lastChunk = Buffer.from('0\r\n\r\n')

/** Bytes, at least one, as a chunk of a body. */
export function chunkOf(bytes: Buffer): Buffer[] {
  return [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]
}

/** A whole body in chunks: one with its bytes, if it has any, and the last. */
export function inChunks(bytes: Buffer): Buffer[] {
  return bytes.length === 0 ? [lastChunk] : [...chunkOf(bytes), lastChunk]
}
