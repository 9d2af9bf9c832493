import type { RawHeader } from '../../fixtures/exchange.ts'
import { headerValues } from '../message/raw-headers.ts'
import type { BodyFraming } from './body-framing.ts'
import { parseHeaderLines, ResponseError, trimBlanks } from './header-lines.ts'

/** The head of a provider's answer, read as leniently as the HTTP client of a security server reads it. */
export interface ResponseHead {
  readonly status: number
  readonly reason: string
  readonly version: '1.0' | '1.1'
  readonly headers: readonly RawHeader[]
}

const headLimit = 1024 * 1024

/**
 * Parses the head at the start of `bytes`: the head and its length, or undefined if it is not complete yet. With the
 * connection `ended` nothing more comes, and what is there counts as a whole head.
 */
export function parseResponseHead(bytes: Buffer, ended = false): { head: ResponseHead; length: number } | undefined {
  if (bytes.length > headLimit) throw new ResponseError('the head of the answer is too large')
  const text = bytes.toString('latin1')
  let position = 0
  let start: StatusLine | undefined
  const lines: string[] = []
  while (position < text.length) {
    const end = text.indexOf('\n', position)
    if (end < 0 && !ended) return undefined
    const line = text.slice(position, end < 0 ? text.length : end).replace(/\r$/, '')
    position = end < 0 ? text.length : end + 1
    if (start === undefined) start = parseStatusLine(line)
    else if (line === '') return { head: { ...start, headers: parseHeaderLines(lines) }, length: position }
    else lines.push(line)
  }
  if (!ended) return undefined
  if (start === undefined) throw new ResponseError('The server failed to respond with a valid HTTP response')
  return { head: { ...start, headers: parseHeaderLines(lines) }, length: position }
}

type StatusLine = Pick<ResponseHead, 'status' | 'reason' | 'version'>

/** Undefined for a line that is no status line at all: the client looks for one in the next. */
function parseStatusLine(text: string): StatusLine | undefined {
  const line = text.replace(/^[ \t\r]+/, '')
  if (!line.startsWith('HTTP/') || line.length < 'HTTP/1.1'.length) return undefined
  const [version = '', ...rest] = line.slice('HTTP/'.length).split(' ')
  const [, major, minor] = /^[ \t]*([0-9]{1,9})[\t\r]*\.[\t\r]*([0-9]{1,9})[\t\r]*$/.exec(version) ?? []
  const code = rest.findIndex((word) => trimBlanks(word) !== '')
  const status = trimBlanks(rest[code] ?? '')
  if (minor === undefined || !/^[0-9]{1,9}$/.test(status) || Number(status) < 100) {
    throw new ResponseError(`Invalid status line: ${line}`)
  }
  const later = Number(major) > 1 || (Number(major) === 1 && Number(minor) > 0)
  const reason = trimBlanks(rest.slice(code + 1).join(' '))
  return { status: Number(status), reason, version: later ? '1.1' : '1.0' }
}

/** How the body of an answer ends, given the method of its request. */
export function responseFraming(method: string, head: ResponseHead): BodyFraming {
  const { status } = head
  if (method === 'HEAD' || status < 200 || status === 204 || status === 205 || status === 304) return { kind: 'none' }
  const encodings = headerValues(head.headers, 'transfer-encoding')[0]
    ?.split(',')
    .map((coding) => coding.split(';')[0]?.trim())
  if (encodings !== undefined) {
    const last = encodings.findLast((coding) => coding !== '')
    return last?.toLowerCase() === 'chunked' ? { kind: 'chunked', of: 'answer' } : { kind: 'close' }
  }
  // The last one that is a number counts, and none if that is negative.
  const length = Number(
    headerValues(head.headers, 'content-length').findLast((value) => /^[+-]?[0-9]{1,15}$/.test(value)) ?? -1,
  )
  return length < 0 ? { kind: 'close' } : { kind: 'length', length }
}

/** Whether the connection may serve another call. */
export function keepsAlive(head: ResponseHead, framing: BodyFraming): boolean {
  if (framing.kind === 'close') return false
  if (head.status === 204 && !isBareNoContent(head)) return false
  const connection = headerValues(head.headers, 'connection')
  const tokens = (connection.length > 0 ? connection : headerValues(head.headers, 'proxy-connection'))
    .flatMap((value) => value.split(','))
    .map((value) => value.trim().toLowerCase())
  if (tokens.includes('close')) return false
  return head.version === '1.1' || tokens.includes('keep-alive')
}

/** An answer without a body that announces one: what follows on its connection cannot be trusted. */
function isBareNoContent(head: ResponseHead): boolean {
  return (
    headerValues(head.headers, 'transfer-encoding').length === 0 &&
    !(Number(headerValues(head.headers, 'content-length')[0] ?? 0) > 0)
  )
}
