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
  /** The bytes from `start` up to `end`: all of them, where nothing is said. */
  chunks(start?: number, end?: number): AsyncIterable<Buffer>
  /** All bytes at once. */
  read(): Promise<Buffer>
  discard(): Promise<void>
}

/** A body that was received or made in one piece. */
export interface WholeBody extends Body {
  sha512(): Buffer
}

const memoryLimit = 1024 * 1024
/** What one body may take on disk. */
const sizeLimit = 2 * 1024 * 1024 * 1024

/** A body beyond what the mock keeps; its connection is closed. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  readonly code = 'BODY_TOO_LARGE'
}

/** A body that this machine cannot keep; the message is Java's. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom'
}

/** What Java says where nothing can be written. */
const noRoom: Readonly<Record<string, string>> = {
  ENOSPC: 'No space left on device',
  EDQUOT: 'Disk quota exceeded',
  EROFS: 'Read-only file system',
  EACCES: 'Permission denied',
  ENOENT: 'No such file or directory',
}

/** A body whose bytes are at hand. */
export function bodyOf(bytes: Buffer): WholeBody {
  return {
    length: bytes.length,
    bytes,
    sha512: () => createHash('sha512').update(bytes).digest(),
    async *chunks(start, end) {
      if (bytes.length > 0) yield bytes.subarray(start, end)
    },
    read: async () => bytes,
    discard: async () => {},
  }
}

export const emptyBody: WholeBody = bodyOf(Buffer.alloc(0))

/** A stretch of a body. It lives as long as that body does. */
export function sliceBody(body: Body, start: number, end: number): Body {
  if (body.bytes !== undefined) return bodyOf(body.bytes.subarray(start, end))
  const length = end - start
  const chunks = (from = 0, to = length) => body.chunks(start + from, start + to)
  return {
    length,
    bytes: undefined,
    chunks,
    read: async () => Buffer.concat(await Array.fromAsync(chunks())),
    discard: async () => {},
  }
}

/** Bodies one after the other, as one; whatever they were cut from goes away with it. */
export function joinBodies(pieces: readonly Body[], source: Body): Body {
  const inMemory = pieces.flatMap(({ bytes }) => bytes ?? [])
  if (inMemory.length === pieces.length) return { ...bodyOf(Buffer.concat(inMemory)), discard: () => source.discard() }
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const joined = {
    async *chunks(start = 0, end = length) {
      let at = 0
      for (const piece of pieces) {
        const [from, to] = [Math.max(start - at, 0), Math.min(end - at, piece.length)]
        if (from < to) yield* piece.chunks(from, to)
        at += piece.length
      }
    },
  }
  return {
    ...joined,
    length,
    bytes: undefined,
    read: async () => Buffer.concat(await Array.fromAsync(joined.chunks())),
    discard: () => source.discard(),
  }
}

/** Reads to the end and keeps what it read; if reading fails, nothing is left behind. */
export async function collectBody(read: () => Promise<Buffer | undefined>): Promise<WholeBody> {
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

async function spool(parts: readonly Buffer[], read: () => Promise<Buffer | undefined>): Promise<WholeBody> {
  const path = join(tmpdir(), `roadworthy-${randomUUID()}`)
  const file = await open(path, 'wx', 0o600).catch(refuseWithoutRoom)
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
      chunks: (start = 0, end = length) =>
        end <= start ? emptyBody.chunks() : (createReadStream(path, { start, end: end - 1 }) as AsyncIterable<Buffer>),
      read: () => readFile(path),
      discard: () => rm(path, { force: true }),
    }
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    return refuseWithoutRoom(error)
  }
}

function refuseWithoutRoom(error: unknown): never {
  const said = error instanceof Error && 'code' in error ? noRoom[String(error.code)] : undefined
  throw said === undefined ? error : new NoRoom(said, { cause: error })
}

async function append(file: FileHandle, hash: Hash, bytes: Buffer): Promise<number> {
  hash.update(bytes)
  await file.appendFile(bytes)
  return bytes.length
}
