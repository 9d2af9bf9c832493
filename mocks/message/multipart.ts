import type { RawHeader } from '../../fixtures/exchange.ts'

export interface MessagePart {
  readonly headers: readonly RawHeader[]
  readonly body: Buffer
}

const newline = '\r\n'

/** Splits a multipart body at its boundary. Preamble and epilogue are dropped; a missing last boundary is forgiven. */
export function parseMultipart(bytes: Buffer, boundary: string): MessagePart[] {
  const parts: MessagePart[] = []
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  let at = findDelimiter(bytes, delimiter, 0)
  while (at >= 0) {
    const lineEnd = bytes.indexOf(0x0a, at)
    const line = bytes.toString('latin1', at + delimiter.length, lineEnd < 0 ? bytes.length : lineEnd).trimEnd()
    if (line.startsWith('--') || lineEnd < 0) break
    const next = findDelimiter(bytes, delimiter, lineEnd + 1)
    parts.push(parsePart(bytes.subarray(lineEnd + 1, next < 0 ? bytes.length : partEnd(bytes, lineEnd + 1, next))))
    at = next
  }
  return parts
}

/** The value of a part's header. */
export function partHeader(part: MessagePart, name: string): string | undefined {
  return part.headers.find(([field]) => field.toLowerCase() === name)?.[1]
}

/** Writes parts with a boundary, Content-Type first in each part. */
export function formatMultipart(parts: readonly MessagePart[], boundary: string): Buffer {
  const pieces: Buffer[] = []
  for (const part of parts) {
    const type = part.headers.filter(([name]) => name.toLowerCase() === 'content-type')
    const rest = part.headers.filter(([name]) => name.toLowerCase() !== 'content-type')
    const head = [...type, ...rest].map(([name, value]) => `${name}: ${value}${newline}`).join('')
    pieces.push(Buffer.from(`${newline}--${boundary}${newline}${head}${newline}`, 'latin1'), part.body)
  }
  pieces.push(Buffer.from(`${newline}--${boundary}--${newline}`, 'latin1'))
  return Buffer.concat(pieces).subarray(newline.length)
}

function findDelimiter(bytes: Buffer, delimiter: Buffer, from: number): number {
  for (let at = bytes.indexOf(delimiter, from); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
    if ((at === 0 || bytes[at - 1] === 0x0a) && endsDelimiter(bytes, at + delimiter.length)) return at
  }
  return -1
}

function endsDelimiter(bytes: Buffer, at: number): boolean {
  return at >= bytes.length || /^(?:--)?[ \t]*(?:\r?\n|\r?$)/.test(bytes.toString('latin1', at, at + 64).split('\n', 1)[0] + '\n')
}

/** The line break before a boundary belongs to the boundary. */
function partEnd(bytes: Buffer, start: number, delimiterAt: number): number {
  let end = delimiterAt
  if (end > start && bytes[end - 1] === 0x0a) end -= 1
  if (end > start && bytes[end - 1] === 0x0d) end -= 1
  return end
}

function parsePart(bytes: Buffer): MessagePart {
  const headers: RawHeader[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf(0x0a, at)
    const line = bytes.toString('latin1', at, end < 0 ? bytes.length : end).replace(/\r$/, '')
    at = end < 0 ? bytes.length : end + 1
    if (line === '') return { headers, body: bytes.subarray(at) }
    const last = headers.at(-1)
    const colon = line.indexOf(':')
    if (/^[ \t]/.test(line) && last !== undefined) headers[headers.length - 1] = [last[0], `${last[1]} ${line.trim()}`]
    else if (colon > 0) headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()])
  }
}
