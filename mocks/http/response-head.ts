import type { RawHeader } from '../../fixtures/exchange.ts'
import type { BodyFraming } from './body-reader.ts'

/** The head of a provider's answer, read as leniently as the HTTP client of a security server reads it. */
export interface ResponseHead {
  readonly status: number
  readonly reason: string
  readonly version: '1.0' | '1.1'
  readonly headers: readonly RawHeader[]
}

/** Not HTTP, or a header that is none: the reference's client has no text for it. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError'
}

const headLimit = 1024 * 1024
/** Not what JavaScript calls blank: 0xA0 is the second byte of `à`. */
const blanks = /^[ \t\r]+|(?<![ \t\r])[ \t\r]+$/g
const statusLine = /^\s*HTTP\/1\.([0-9]+) +([0-9]{3})(?: +(.*))?$/i

/** Parses the head at the start of `bytes`: the head and its length, or undefined if it is not complete yet. */
export function parseResponseHead(bytes: Buffer): { head: ResponseHead; length: number } | undefined {
  if (bytes.length > headLimit) throw new ResponseError('the head of the answer is too large')
  const text = bytes.toString('latin1')
  let position = 0
  let start: RegExpExecArray | null = null
  const headers: RawHeader[] = []
  for (;;) {
    const end = text.indexOf('\n', position)
    if (end < 0) return undefined
    const line = text.slice(position, end).replace(/\r$/, '')
    position = end + 1
    if (start === null) {
      if (line.trim() === '') continue
      start = statusLine.exec(line)
      if (start === null || Number(start[2]) < 100) throw new ResponseError('the answer is not HTTP')
    } else if (line === '') {
      const [, minor, status, reason] = start
      const version = minor === '0' ? '1.0' : '1.1'
      return { head: { status: Number(status), reason: (reason ?? '').trim(), version, headers }, length: position }
    } else {
      addHeader(headers, line)
    }
  }
}

function addHeader(headers: RawHeader[], line: string): void {
  const last = headers.at(-1)
  if (/^[ \t]/.test(line) && last !== undefined) {
    headers[headers.length - 1] = [last[0], `${last[1]} ${line.replace(blanks, '')}`]
    return
  }
  const colon = line.indexOf(':')
  if (colon < 0) throw new ResponseError('a header of the answer has no colon')
  const name = line.slice(0, colon).replace(blanks, '')
  if (name === '') throw new ResponseError('a header of the answer has no name')
  headers.push([name, line.slice(colon + 1).replace(blanks, '')])
}

/** How the body of an answer ends, given the method of its request. */
export function responseFraming(method: string, head: ResponseHead): BodyFraming {
  const { status } = head
  if (method === 'HEAD' || status < 200 || status === 204 || status === 205 || status === 304) return { kind: 'none' }
  const encodings = valuesOf(head, 'transfer-encoding')
  if (encodings.length > 0) {
    return encodings.at(-1)?.toLowerCase() === 'chunked' ? { kind: 'chunked' } : { kind: 'close' }
  }
  const length = valuesOf(head, 'content-length').findLast((value) => /^\+?[0-9]{1,15}$/.test(value))
  return length === undefined ? { kind: 'close' } : { kind: 'length', length: Number(length) }
}

/** Whether the connection may serve another call. */
export function keepsAlive(head: ResponseHead, framing: BodyFraming): boolean {
  if (framing.kind === 'close') return false
  const tokens = [...valuesOf(head, 'connection'), ...valuesOf(head, 'proxy-connection')].map((value) =>
    value.toLowerCase(),
  )
  if (tokens.includes('close')) return false
  return head.version === '1.1' || tokens.includes('keep-alive')
}

/** The comma-separated values of a header, in order. */
function valuesOf(head: ResponseHead, name: string): string[] {
  return head.headers
    .filter(([field]) => field.toLowerCase() === name)
    .flatMap(([, value]) => value.split(','))
    .map((value) => value.trim())
}
