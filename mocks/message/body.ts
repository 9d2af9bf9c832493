import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A complete message body: small ones in memory, large ones in a file of mode 0600 that goes away with `discard`.
 * A security server keeps whole bodies too: an answer counts only once its last byte has been hashed.
 */
export interface Body {
  readonly length: number
  /** The bytes, where they are in memory. */
  readonly bytes: Buffer | undefined
  sha512(): Buffer
  chunks(): AsyncIterable<Buffer>
  /** All bytes at once. */
  read(): Promise<Buffer>
  discard(): Promise<void>
}

const memoryLimit = 1024 * 1024
/** What one body may take on disk. */
const sizeLimit = 2 * 1024 * 1024 * 1024

/** A body beyond what the mock keeps; its connection is closed. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  readonly code = 'BODY_TOO_LARGE'
}

/** A body whose bytes are at hand. */
export function bodyOf(bytes: Buffer): Body {
  return {
    length: bytes.length,
    bytes,
    sha512: () => createHash('sha512').update(bytes).digest(),
    async *chunks() {
      if (bytes.length > 0) yield bytes
    },
    read: async () => bytes,
    discard: async () => {},
  }
}

export const emptyBody: Body = bodyOf(Buffer.alloc(0))

/** Reads to the end and keeps what it read; if reading fails, nothing is left behind. */
export async function collectBody(read: () => Promise<Buffer | undefined>): Promise<Body> {
  const parts: Buffer[] = []
  let length = 0
  for (let chunk = await read(); chunk !== undefined; chunk = await read()) {
    parts.push(chunk)
    length += chunk.length
    if (length > memoryLimit) return spool(parts, read)
  }
  if (length === 0) return emptyBody
  return bodyOf(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, length))
}

async function spool(parts: readonly Buffer[], read: () => Promise<Buffer | undefined>): Promise<Body> {
  const path = join(tmpdir(), `roadworthy-${randomUUID()}`)
  const file = await open(path, 'wx', 0o600)
  const hash = createHash('sha512')
  try {
    let length = await append(file, hash, Buffer.concat(parts))
    for (let chunk = await read(); chunk !== undefined; chunk = await read()) {
      length += await append(file, hash, chunk)
      if (length > sizeLimit) throw new BodyTooLarge(`more than ${sizeLimit} bytes`)
    }
    await file.close()
    const digest = hash.digest()
    return {
      length,
      bytes: undefined,
      sha512: () => digest,
      chunks: () => createReadStream(path) as AsyncIterable<Buffer>,
      read: () => readFile(path),
      discard: () => rm(path, { force: true }),
    }
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw error
  }
}

async function append(file: FileHandle, hash: Hash, bytes: Buffer): Promise<number> {
  hash.update(bytes)
  await file.write(bytes)
  return bytes.length
}
