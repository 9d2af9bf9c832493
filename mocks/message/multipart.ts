import type { RawHeader } from '../../fixtures/exchange.ts'
import { parseContentType } from './content-type.ts'

export interface MessagePart {
  readonly headers: readonly RawHeader[]
  readonly body: Buffer
}

const newline = '\r\n'

/** How deep a multipart may stand within another. */
const depthLimit = 8

/**
 * Splits a multipart body at its boundary. Preamble and epilogue are dropped, a missing last boundary is forgiven, and
 * the parts of a multipart within it take its place.
 */
export function parseMultipart(bytes: Buffer, boundary: string, depth = 0): MessagePart[] {
  const parts: MessagePart[] = []
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  let at = findDelimiter(bytes, delimiter, 0)
  while (at >= 0) {
    const lineEnd = bytes.indexOf(0x0a, at)
    const line = bytes.toString('latin1', at + delimiter.length, lineEnd < 0 ? bytes.length : lineEnd).trimEnd()
    if (line.startsWith('--') || lineEnd < 0) break
    const next = findDelimiter(bytes, delimiter, lineEnd + 1)
    const content = bytes.subarray(lineEnd + 1, next < 0 ? bytes.length : partEnd(bytes, lineEnd + 1, next))
    if (content.length > 0 || next >= 0) parts.push(...flatten(parsePart(content), depth))
    at = next
  }
  return parts
}

function flatten(part: MessagePart, depth: number): MessagePart[] {
  const type = parseContentType(partHeader(part, 'content-type'))
  const boundary = type?.parameters.get('boundary')
  if (boundary === undefined || depth >= depthLimit || !type?.mediaType.toLowerCase().startsWith('multipart/'))
    return [part]
  return parseMultipart(part.body, boundary, depth + 1)
}

/** The value of a part's header. */
export function partHeader(part: MessagePart, name: string): string | undefined {
  return part.headers.find(([field]) => field.toLowerCase() === name)?.[1]
}

/**
 * Writes parts as the reference passes them on: Content-Type first and in its own spelling, of a repeated header the
 * last value only. With attachments it leaves out the blank behind `content-type:`.
 */
export function formatMultipart(parts: readonly MessagePart[], boundary: string): Buffer {
  const pieces: Buffer[] = []
  const blank = parts.length > 1 ? '' : ' '
  for (const part of parts) {
    const fields = new Map<string, RawHeader>()
    for (const [name, value] of part.headers) {
      const key = name.toLowerCase()
      fields.set(key, [fields.get(key)?.[0] ?? name, value])
    }
    const type = fields.get('content-type')
    fields.delete('content-type')
    const rest = [...fields.values()].map(([name, value]) => `${name}: ${value}${newline}`).join('')
    const head = `${type === undefined ? '' : `content-type:${blank}${type[1]}${newline}`}${rest}`
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
  return (
    at >= bytes.length ||
    /^(?:--)?[ \t]*(?:\r?\n|\r?$)/.test(`${bytes.toString('latin1', at, at + 64).split('\n', 1)[0]}\n`)
  )
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
