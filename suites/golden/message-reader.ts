import type { Framing, Header } from './golden-case.ts'

/** A message head: the first line and the headers, order and case kept. */
export interface Head {
  readonly line: string
  readonly headers: readonly Header[]
  /** Bytes up to and with the empty line. */
  readonly length: number
}

export interface Body {
  readonly framing: Framing
  readonly bytes: Buffer
  readonly complete: boolean
  readonly trailers: readonly Header[]
  /** Bytes of the message behind the head. */
  readonly length: number
}

/** Reads a head from the start of the buffer; undefined while it is incomplete. Lines may end in LF alone; one character is one byte. */
export function readHead(buffer: Buffer): Head | undefined {
  const end = endOfHead(buffer)
  if (end === undefined) return undefined
  const [line = '', ...rest] = buffer.toString('latin1', 0, end).split(/\r?\n/)
  return { line, headers: rest.filter((text) => text !== '').map(parseHeader), length: end }
}

function endOfHead(buffer: Buffer): number | undefined {
  for (let at = buffer.indexOf(10); at >= 0; at = buffer.indexOf(10, at + 1)) {
    const next = buffer[at + 1] === 13 ? at + 2 : at + 1
    if (buffer[next] === 10) return next + 1
  }
  return undefined
}

function parseHeader(line: string): Header {
  const colon = line.indexOf(':')
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()]
}

/** All values of a header, whatever the case of its name. */
export function headerValues(headers: readonly Header[], name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
}

/**
 * How the body behind a head is delimited. `kind` decides what no length means: nothing for a request,
 * all until the end of the connection for an answer.
 */
export function framingOf(headers: readonly Header[], kind: 'request' | 'answer'): Framing {
  if (headerValues(headers, 'transfer-encoding').some((value) => /chunked\s*$/i.test(value))) return 'chunked'
  if (headerValues(headers, 'content-length').length > 0) return 'content-length'
  return kind === 'request' ? 'none' : 'close'
}

/** Reads a body of that framing from the start of the buffer; `ended` says that no more will come. */
export function readBody(headers: readonly Header[], framing: Framing, buffer: Buffer, ended: boolean): Body {
  if (framing === 'none') return { framing, bytes: Buffer.alloc(0), complete: true, trailers: [], length: 0 }
  if (framing === 'close') return { framing, bytes: buffer, complete: ended, trailers: [], length: buffer.length }
  if (framing === 'chunked') return readChunks(buffer)
  const expected = Number.parseInt(headerValues(headers, 'content-length')[0] ?? '0', 10)
  const bytes = buffer.subarray(0, expected)
  return { framing, bytes, complete: bytes.length >= expected, trailers: [], length: bytes.length }
}

function readChunks(buffer: Buffer): Body {
  const chunks: Buffer[] = []
  let at = 0
  const result = (complete: boolean, trailers: Header[] = []): Body => ({
    framing: 'chunked',
    // Joined only when asked for: a long body is read again with each packet.
    get bytes() {
      return Buffer.concat(chunks)
    },
    complete,
    trailers,
    length: at,
  })
  for (;;) {
    const lineEnd = buffer.indexOf(10, at)
    if (lineEnd < 0) return result(false)
    const size = Number.parseInt(buffer.toString('latin1', at, lineEnd), 16)
    if (!(size >= 0)) return result(false)
    if (size === 0) {
      const trailers = readTrailers(buffer, lineEnd + 1)
      if (trailers === undefined) return result(false)
      at = trailers.end
      return result(true, trailers.headers)
    }
    const data = buffer.subarray(lineEnd + 1, lineEnd + 1 + size)
    chunks.push(data)
    at = lineEnd + 1 + size
    if (buffer.length < at + 1) return result(false)
    at = buffer[at] === 13 ? at + 2 : at + 1
  }
}

function readTrailers(buffer: Buffer, start: number): { headers: Header[]; end: number } | undefined {
  const headers: Header[] = []
  for (let at = start; ; ) {
    const lineEnd = buffer.indexOf(10, at)
    if (lineEnd < 0) return undefined
    const line = buffer.toString('latin1', at, lineEnd).replace(/\r$/, '')
    at = lineEnd + 1
    if (line === '') return { headers, end: at }
    headers.push(parseHeader(line))
  }
}
