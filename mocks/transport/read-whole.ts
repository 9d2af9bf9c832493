import { TransportError } from './transport-error.ts'

/** The next bytes of something that arrives, undefined at its end. */
export type Read = () => Promise<Buffer | undefined>

/** Reads to the end; throws a TransportError that names `what` if that has more than `limit` bytes. */
export async function readWhole(read: Read, limit: number, what: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for (let bytes = await read(); bytes !== undefined; bytes = await read()) {
    size += bytes.length
    if (size > limit) throw new TransportError(`${what} of more than ${limit} bytes`)
    pieces.push(bytes)
  }
  return Buffer.concat(pieces)
}
