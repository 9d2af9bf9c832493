import type { RawHeader } from '../../fixtures/exchange.ts'
import type { Read } from './read-whole.ts'
import { TransportError } from './transport-error.ts'

/** One part of a multipart as it streams in. Asking for the next part skips what is left of this one. */
export interface StreamedPart {
  readonly headers: readonly RawHeader[]
  /** The next bytes of its content, undefined at its end. */
  read(): Promise<Buffer | undefined>
}

export interface PartStream {
  /** The next part, undefined behind the last boundary. */
  next(): Promise<StreamedPart | undefined>
}

const headerLimit = 64 * 1024
/** Characters of the headers of all parts, which are kept until the message has been read. */
const allHeadersLimit = 2 * 1024 * 1024
const partLimit = 10_000
const lineBreak = Buffer.from('\r\n')

/**
 * Reads a multipart while it arrives, holding no more of it than a boundary or a header. Strict, for only security servers
 * write here: nothing stands before the first boundary, lines end with CR LF, and the last boundary may not be missing.
 */
export function readParts(read: Read, boundary: string): PartStream {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  // As if a line had ended before the first boundary.
  let held: Buffer = lineBreak
  let inContent = true
  let ended = false
  let count = 0
  let headerLength = 0

  async function more(): Promise<boolean> {
    const bytes = await read()
    if (bytes === undefined) return false
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes])
    return true
  }

  function take(length: number): Buffer {
    const taken = held.subarray(0, length)
    held = held.subarray(length)
    return taken
  }

  async function content(): Promise<Buffer | undefined> {
    for (;;) {
      const at = held.indexOf(delimiter)
      if (at > 0) return take(at)
      if (at === 0) {
        take(delimiter.length)
        inContent = false
        return undefined
      }
      const certain = held.length - delimiter.length + 1
      if (certain > 0) return take(certain)
      if (!(await more())) throw new TransportError('the message ends before its last boundary')
    }
  }

  async function line(limit: number): Promise<string> {
    for (;;) {
      const at = held.indexOf(lineBreak)
      if (at > limit || (at < 0 && held.length > limit)) throw new TransportError('the header of a part is too long')
      if (at >= 0) return take(at + 2).toString('latin1', 0, at)
      if (await more()) continue
      // Nothing needs to follow the two hyphens behind the last boundary.
      const rest = take(held.length).toString('latin1')
      if (rest === '--') return rest
      throw new TransportError('the message ends before its last boundary')
    }
  }

  async function header(): Promise<RawHeader[]> {
    const headers: RawHeader[] = []
    for (let left = headerLimit; ; ) {
      const text = await line(left)
      if (text === '') return headers
      left -= text.length
      headerLength += text.length
      if (headerLength > allHeadersLimit) throw new TransportError('the headers of the parts are too long')
      const colon = text.indexOf(':')
      if (colon < 1) throw new TransportError('a part has a header without a name')
      headers.push([text.slice(0, colon), text.slice(colon + 1).replace(/^ /, '')])
    }
  }

  return {
    async next() {
      if (ended) return undefined
      while (inContent) {
        if ((await content()) !== undefined && count === 0)
          throw new TransportError('the message begins with no boundary')
      }
      const rest = await line(headerLimit)
      ended = rest === '--'
      if (ended) return undefined
      if (rest !== '') throw new TransportError('a boundary is followed by something else than its end of line')
      count += 1
      if (count > partLimit) throw new TransportError(`a message of more than ${partLimit} parts`)
      const own = count
      const headers = await header()
      inContent = true
      return { headers, read: async () => (inContent && own === count ? content() : undefined) }
    },
  }
}
