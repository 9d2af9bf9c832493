import type { RawHeader } from '../../fixtures/exchange.ts'
import { type FaultError, fault } from '../fault/fault.ts'
import { type Body, bodyOf, joinBodies, sliceBody } from './body.ts'
import { parseContentType } from './content-type.ts'
import { readWords } from './header-tokens.ts'
import { firstHeader, lastHeader } from './raw-headers.ts'

export interface MessagePart {
  readonly headers: readonly RawHeader[]
  readonly body: Body
}

const newline = '\r\n'

/** How deep a multipart may stand within another. */
const depthLimit = 8

/** Parts that one message may have: each costs a look at its header. */
const partLimit = 10_000

/** Limits of the reference's parser: bytes of a line and of a field in the header of a part, and fields. */
const lineLimit = 1000
const fieldLimit = 10_000
const fieldCountLimit = 1000

/** Bytes of a part in which its header is looked for: more than the limits let pass. */
const headerLimit = fieldLimit * fieldCountLimit

/**
 * Splits a multipart body at its boundary. Preamble and epilogue are dropped, a missing last boundary is forgiven, and
 * the parts of a multipart or a message within it take its place. The parts live as long as the body.
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
    if (end > contentAt || next !== undefined || index === 0) {
      parts.push(...(await flatten(await parsePart(sliceBody(message, contentAt, end)), depth)))
    }
  }
  return parts
}

/** What a part is made of is told by the first type that it gives, what it is by the last. */
async function flatten(part: MessagePart, depth: number): Promise<MessagePart[]> {
  const value = firstHeader(part.headers, 'content-type')
  const type = parseContentType(value, 'prefix')
  const mediaType = type?.mediaType.toLowerCase() ?? ''
  if (depth >= depthLimit) return [part]
  if (mediaType === 'message/rfc822') return flatten(await parsePart(part.body), depth + 1)
  if (type?.boundary === undefined || !mediaType.startsWith('multipart/')) return [part]
  return parseMultipart(part.body, type.boundary, depth + 1)
}

/** The value of a part's header; of several the last. */
export function partHeader(part: MessagePart, name: string): string | undefined {
  return lastHeader(part.headers, name)
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

/** What may stand behind a boundary on its line; the reference skips it, however long. */
const paddingLimit = 1000

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
  const rest = /^(?=[-\s]|$)(--)?[^\n]*(\n|$)/.exec(window.toString('latin1', end, end + paddingLimit))
  if (rest === null) return undefined
  const contentAt = base + end + rest[0].length >= length && rest[2] === '' ? undefined : base + end + rest[0].length
  const lineBreak = base + at === 0 ? 0 : window[at - 2] === 0x0d ? 2 : 1
  return { breakAt: base + at - lineBreak, contentAt, isLast: rest[1] !== undefined }
}

async function parsePart(part: Body): Promise<MessagePart> {
  const bytes = await sliceBody(part, 0, Math.min(part.length, headerLimit)).read()
  const fields: string[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf(0x0a, at)
    const line = bytes.toString('latin1', at, end < 0 ? bytes.length : end).replace(/\r$/, '')
    if ((end < 0 ? bytes.length : end + 1) - at >= lineLimit)
      throw refuse(`${lineLimitException}: Maximum line length limit`, lineLimit)
    at = end < 0 ? bytes.length : end + 1
    if (line === '') break
    const last = fields.at(-1)
    if (!/^[ \t]/.test(line) || last === undefined) fields.push(line)
    else fields[fields.length - 1] = last + line
    if ((fields.at(-1) ?? '').length > fieldLimit) throw refuse('Maximum header length limit', fieldLimit)
    if (fields.length > fieldCountLimit) throw refuse('Maximum header limit', fieldCountLimit)
  }
  return { headers: fields.flatMap(parseField), body: sliceBody(part, at, part.length) }
}

const lineLimitException = 'org.apache.james.mime4j.io.MaxLineLimitException'

function refuse(what: string, limit: number): FaultError {
  return fault('mimeBroken', { text: `${what} (${limit}) exceeded` })
}

/** A field without a name, or with one that no field may have, is none. One blank before the value is no part of it. */
function parseField(field: string): RawHeader[] {
  const { text: name, end } = readWords(field, 0, ':', { comments: true })
  if (end === field.length || !/^[!-9;-~]*$/.test(name)) return []
  const value = field.slice(end + 1)
  return [[name, value.replace(/^[ \t\r](?=.)/s, '').replaceAll('\r', '')]]
}
