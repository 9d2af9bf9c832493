import type { RawHeader } from '../../fixtures/exchange.ts'
import { fault } from '../fault/fault.ts'
import { type Body, bodyOf, joinBodies, sliceBody } from './body.ts'
import { parseContentType } from './content-type.ts'

export interface MessagePart {
  readonly headers: readonly RawHeader[]
  readonly body: Body
}

const newline = '\r\n'

/** Not what JavaScript calls blank: 0xA0 is the second byte of `à`. */
const blanks = /^[ \t]+|(?<![ \t])[ \t]+$/g

/** How deep a multipart may stand within another. */
const depthLimit = 8

/** Parts that one message may have: each costs a look at its header. */
const partLimit = 10_000

/** Bytes of a part in which its header fields are looked for. */
const headerLimit = 64 * 1024

/**
 * Splits a multipart body at its boundary. Preamble and epilogue are dropped, a missing last boundary is forgiven, and
 * the parts of a multipart within it take its place. The parts live as long as the body.
 */
export async function parseMultipart(message: Body, boundary: string, depth = 0): Promise<MessagePart[]> {
  const parts: MessagePart[] = []
  const delimiters = await findDelimiters(message, boundary)
  if (delimiters.length > partLimit) throw fault('mimeBroken', { text: `more than ${partLimit} parts` })
  for (const [index, { contentAt, isLast }] of delimiters.entries()) {
    if (isLast || contentAt === undefined) break
    const next = delimiters[index + 1]
    // The line break before a boundary belongs to the boundary.
    const end = next === undefined ? message.length : Math.max(contentAt, next.breakAt)
    if (end > contentAt || next !== undefined) {
      parts.push(...(await flatten(await parsePart(sliceBody(message, contentAt, end)), depth)))
    }
  }
  return parts
}

async function flatten(part: MessagePart, depth: number): Promise<MessagePart[]> {
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
export function formatMultipart(parts: readonly MessagePart[], boundary: string, source: Body): Body {
  const blank = parts.length > 1 ? '' : ' '
  const pieces = parts.flatMap(({ headers, body }, index): Body[] => {
    const fields = new Map<string, RawHeader>()
    for (const [name, value] of headers) {
      const key = name.toLowerCase()
      fields.set(key, [fields.get(key)?.[0] ?? name, value])
    }
    const type = fields.get('content-type')
    fields.delete('content-type')
    const rest = [...fields.values()].map(([name, value]) => `${name}: ${value}${newline}`).join('')
    const head = `${type === undefined ? '' : `content-type:${blank}${type[1]}${newline}`}${rest}`
    return [textBody(`${index === 0 ? '' : newline}--${boundary}${newline}${head}${newline}`), body]
  })
  return joinBodies([...pieces, textBody(`${newline}--${boundary}--${newline}`)], source)
}

function textBody(text: string): Body {
  return bodyOf(Buffer.from(text, 'latin1'))
}

interface Delimiter {
  /** Where the line break before it begins. */
  readonly breakAt: number
  /** Where the line after it begins; undefined if there is none. */
  readonly contentAt: number | undefined
  readonly isLast: boolean
}

/** What may stand behind a boundary on its line. */
const paddingLimit = 64

/** Finds the lines that are the boundary, reading the body once. */
async function findDelimiters(message: Body, boundary: string): Promise<Delimiter[]> {
  const wanted = Buffer.from(`--${boundary}`, 'latin1')
  const found: Delimiter[] = []
  // A window onto the body; `base` is where it begins. Up to `scanned` everything has been looked at.
  let window: Buffer = Buffer.alloc(0)
  let base = 0
  let scanned = 0
  const scan = (end: number) => {
    for (let at = window.indexOf(wanted, scanned); at >= 0 && at < end; at = window.indexOf(wanted, at + 1)) {
      const delimiter = delimiterAt(window, at, at + wanted.length, base, message.length)
      if (delimiter !== undefined && found.length <= partLimit) found.push(delimiter)
    }
    scanned = Math.max(scanned, end)
  }
  for await (const chunk of message.chunks()) {
    const kept = Math.max(0, scanned - 2)
    window = Buffer.concat([window.subarray(kept), chunk])
    base += kept
    scanned -= kept
    scan(window.length - wanted.length - paddingLimit)
  }
  scan(window.length)
  return found
}

function delimiterAt(window: Buffer, at: number, end: number, base: number, length: number): Delimiter | undefined {
  if (base + at > 0 && window[at - 1] !== 0x0a) return undefined
  const rest = /^(--)?[ \t]*\r?(\n|$)/.exec(window.toString('latin1', end, end + paddingLimit))
  if (rest === null) return undefined
  const contentAt = rest[2] === '' ? undefined : base + end + rest[0].length
  if (contentAt === undefined && base + end + rest[0].length < length) return undefined
  const lineBreak = base + at === 0 ? 0 : window[at - 2] === 0x0d ? 2 : 1
  return { breakAt: base + at - lineBreak, contentAt, isLast: rest[1] !== undefined }
}

async function parsePart(part: Body): Promise<MessagePart> {
  const bytes = await sliceBody(part, 0, Math.min(part.length, headerLimit)).read()
  const headers: RawHeader[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf(0x0a, at)
    const line = bytes.toString('latin1', at, end < 0 ? bytes.length : end).replace(/\r$/, '')
    at = end < 0 ? bytes.length : end + 1
    if (line === '') return { headers, body: sliceBody(part, at, part.length) }
    const last = headers.at(-1)
    const colon = line.indexOf(':')
    if (/^[ \t]/.test(line) && last !== undefined)
      headers[headers.length - 1] = [last[0], `${last[1]} ${line.replace(blanks, '')}`]
    else if (colon > 0)
      headers.push([line.slice(0, colon).replace(blanks, ''), line.slice(colon + 1).replace(blanks, '')])
  }
}
