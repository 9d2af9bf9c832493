import type { RawHeader } from '../../fixtures/exchange.ts'
import type { ByteSource } from './byte-source.ts'

export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }

/** A body that broke off or is not framed as announced. The reader's words are for the one who renders the fault. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly kind:
    | 'cut-short'
    | 'chunk-cut-short'
    | 'chunk-end-missing'
    | 'last-chunk-missing'
    | 'bad-chunk-size'
    | 'trailer-too-large'
  /** Bytes announced and bytes received, of the body or of the chunk. */
  readonly expected: number
  readonly received: number
  /** The text that should have been a chunk size. */
  readonly found: string

  constructor(kind: BodyError['kind'], facts: { expected?: number; received?: number; found?: string } = {}) {
    super(`the body is not what its framing announced: ${kind}`)
    this.kind = kind
    this.expected = facts.expected ?? 0
    this.received = facts.received ?? 0
    this.found = facts.found ?? ''
  }
}

export interface BodyReader {
  /** The next bytes of the body, undefined at its end; rejects with BodyError, IdleError or the socket's error. */
  read(): Promise<Buffer | undefined>
  readonly done: boolean
  readonly trailers: readonly RawHeader[]
}

const lineLimit = 8192

/** Reads one body off a connection and leaves what follows it there. `timeout` in milliseconds, between two packets. */
export function bodyReader(source: ByteSource, framing: BodyFraming, timeout: number): BodyReader {
  switch (framing.kind) {
    case 'none':
      return emptyReader
    case 'length':
      return failingOnce(lengthReader(source, framing.length, timeout))
    case 'chunked':
      return failingOnce(chunkedReader(source, timeout))
    case 'close':
      return failingOnce(closeReader(source, timeout))
  }
}

/** A body that failed stays failed: what follows on the connection must not be taken for the rest of it, nor waited for. */
function failingOnce(reader: BodyReader): BodyReader {
  let failure: { readonly error: unknown } | undefined
  return {
    trailers: reader.trailers,
    get done() {
      return failure === undefined && reader.done
    },
    async read() {
      if (failure !== undefined) throw failure.error
      try {
        return await reader.read()
      } catch (error) {
        failure = { error }
        throw error
      }
    },
  }
}

const emptyReader: BodyReader = { done: true, trailers: [], read: async () => undefined }

function lengthReader(source: ByteSource, length: number, timeout: number): BodyReader {
  let missing = length
  return {
    trailers: [],
    get done() {
      return missing === 0
    },
    async read() {
      if (missing === 0) return undefined
      const chunk = await source.read(timeout)
      if (chunk === undefined) throw new BodyError('cut-short', { expected: length, received: length - missing })
      const wanted = chunk.length > missing ? chunk.subarray(0, missing) : chunk
      if (wanted.length < chunk.length) source.unread(chunk.subarray(wanted.length))
      missing -= wanted.length
      return wanted
    },
  }
}

function closeReader(source: ByteSource, timeout: number): BodyReader {
  let done = false
  return {
    trailers: [],
    get done() {
      return done
    },
    async read() {
      const chunk = done ? undefined : await source.read(timeout)
      done = chunk === undefined
      return chunk
    },
  }
}

function chunkedReader(source: ByteSource, timeout: number): BodyReader {
  let missing = 0
  let size = 0
  let first = true
  let done = false
  const trailers: RawHeader[] = []

  async function readLine(): Promise<string | undefined> {
    const parts: Buffer[] = []
    for (let total = 0; total <= lineLimit; ) {
      const chunk = await source.read(timeout)
      if (chunk === undefined) return undefined
      const end = chunk.indexOf(0x0a)
      parts.push(end < 0 ? chunk : chunk.subarray(0, end))
      total += chunk.length
      if (end >= 0) {
        source.unread(chunk.subarray(end + 1))
        return Buffer.concat(parts).toString('latin1').replace(/\r$/, '')
      }
    }
    throw new BodyError('trailer-too-large')
  }

  async function startChunk(): Promise<void> {
    if (!first) await endChunk()
    first = false
    const line = await readLine()
    if (line === undefined) throw new BodyError('last-chunk-missing')
    const text = (line.split(';', 1)[0] as string).trim()
    if (!/^[0-9a-fA-F]{1,12}$/.test(text)) throw new BodyError('bad-chunk-size', { found: text })
    size = Number.parseInt(text, 16)
    missing = size
    if (size === 0) await readTrailers()
  }

  async function endChunk(): Promise<void> {
    const line = await readLine()
    if (line === undefined) throw new BodyError('last-chunk-missing')
    if (line !== '') throw new BodyError('chunk-end-missing')
  }

  async function readTrailers(): Promise<void> {
    done = true
    for (let total = 0; total <= lineLimit; ) {
      const line = await readLine()
      if (line === undefined || line === '') return
      total += line.length
      const colon = line.indexOf(':')
      if (colon > 0) trailers.push([line.slice(0, colon), line.slice(colon + 1).trim()])
    }
    throw new BodyError('trailer-too-large')
  }

  return {
    trailers,
    get done() {
      return done
    },
    async read() {
      if (done) return undefined
      if (missing === 0) await startChunk()
      if (done) return undefined
      const chunk = await source.read(timeout)
      if (chunk === undefined) throw new BodyError('chunk-cut-short', { expected: size, received: size - missing })
      const wanted = chunk.length > missing ? chunk.subarray(0, missing) : chunk
      if (wanted.length < chunk.length) source.unread(chunk.subarray(wanted.length))
      missing -= wanted.length
      return wanted
    },
  }
}
