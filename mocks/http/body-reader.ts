import { BodyError } from './body-error.ts'
import type { BodyFraming, BodyReader } from './body-framing.ts'
import type { ByteSource } from './byte-source.ts'
import { chunkedReader } from './chunked-reader.ts'

/** Reads one body off a connection and leaves what follows it there. `timeout` in milliseconds, between two packets. */
export function bodyReader(source: ByteSource, framing: BodyFraming, timeout: number): BodyReader {
  switch (framing.kind) {
    case 'none':
      return emptyReader
    case 'length':
      return failingOnce(lengthReader(source, framing.length, timeout))
    case 'chunked':
      return failingOnce(chunkedReader(source, framing.of, timeout))
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
