import type { RawHeader } from '../../fixtures/exchange.ts'
import { EngineRefusal, type RefusalPlace } from './engine-refusal.ts'

/**
 * The head of an HTTP/1 request, every byte kept: texts are Latin-1, one character a byte.
 * The rules are those of the engine in a security server, stricter in places and laxer in others than Node's own parser.
 */
export interface RequestHead {
  readonly method: string
  readonly target: string
  readonly version: HttpVersion
  readonly headers: readonly RawHeader[]
}

/** 2.0 is a version that the engine knows, and speaks on no connection of this kind. */
export type HttpVersion = '1.0' | '1.1' | '2.0'

/** Bytes of request line and header fields together that a security server takes. */
export const headLimit = 8192

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/
const methodName = /^[!-9;-~][!#$%&'*+\-.^_`|~0-9A-Za-z]*/
const requestLine = /^([!-9;-~][!#$%&'*+\-.^_`|~0-9A-Za-z]*) +([!-~][^\x00-\x20\x7f]*) +([!-~]+)$/
const headerLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/
const illegalInValue = /[^\t\x20-\x7e\x80-\xff]/
/** Not what JavaScript calls blank: 0xA0 is the second byte of `à`. */
const blanksAtEnd = /(?<![ \t])[ \t]+$/

/**
 * Parses the head at the start of `bytes`: the head and its length, or undefined if it is not complete yet. Before it
 * refuses a field, or waits for more, `screen` sees what has been understood so far: whatever is wrong comes out in the
 * order of the bytes.
 */
export function parseRequestHead(
  bytes: Buffer,
  screen: (beginning: RequestHead) => void = () => {},
): { head: RequestHead; length: number } | undefined {
  const text = bytes.toString('latin1', 0, Math.min(bytes.length, headLimit + 2))
  const start = skipBlankLines(text)
  const lineEnd = text.indexOf('\n', start)
  if (lineEnd < 0) {
    const line = text.slice(start)
    refuseIllegal(line, illegalInRequestLine(line), {})
    if (bytes.length > headLimit) throw tooLarge(line)
    return undefined
  }
  const { method, target, version } = parseRequestLine(stripCarriageReturn(text.slice(start, lineEnd)))
  const place = { uri: target, method, announcesClose: true }
  const headers: RawHeader[] = []
  for (let position = lineEnd + 1; ; ) {
    const end = text.indexOf('\n', position)
    const line = end < 0 ? text.slice(position) : stripCarriageReturn(text.slice(position, end))
    if (end >= 0 && line === '') return { head: { method, target, version, headers }, length: end + 1 }
    const field = end < 0 ? undefined : headerLine.exec(line)
    if (field == null) {
      // A field counts once the next one has begun.
      screen({ method, target, version, headers: token.test(line) ? headers : headers.slice(0, -1) })
      if (end >= 0) throw headerLineRefusal(line, place)
      if (/^[: \t]/.test(line)) throw new EngineRefusal(400, 'Line Folding not supported', place)
      refuseIllegal(line, illegalInHeaderLine(line), place)
      if (bytes.length > headLimit) throw new EngineRefusal(431, 'Request Header Fields Too Large', place)
      return undefined
    }
    headers.push([field[1] as string, (field[2] as string).replace(blanksAtEnd, '')])
    position = end + 1
  }
}

/** Where the request line starts. */
function skipBlankLines(text: string): number {
  let position = 0
  while (text[position] === '\r' || text[position] === '\n' || text[position] === ':') {
    const next = text[position + 1]
    if (text[position] === '\r' && next !== undefined && next !== '\n') throw new EngineRefusal(400, 'Bad EOL')
    position += 1
  }
  return position
}

function parseRequestLine(line: string): { method: string; target: string; version: HttpVersion } {
  const match = requestLine.exec(line)
  if (match === null) throw requestLineRefusal(line)
  const [, method = '', target = '', name = ''] = match
  if (target.length > headLimit) throw new EngineRefusal(414, 'URI Too Long')
  const version = /^http\/(0\.9|1\.0|1\.1|2\.0|3\.0)$/i.exec(name)?.[1]
  if (version === undefined) throw new EngineRefusal(505, 'Unknown Version', { uri: target })
  if (version === '0.9' || version === '3.0') throw new EngineRefusal(505, 'Unsupported Version', { uri: target })
  return { method, target, version: version as HttpVersion }
}

function requestLineRefusal(line: string): EngineRefusal {
  const [, method, uri = ''] = /^([^ ]*)(?: +(.*))?$/s.exec(line) ?? []
  if (method === methodName.exec(line)?.[0]) {
    if (/^(?![^\t\x80-\xff])/.test(uri)) return new EngineRefusal(400, 'No URI')
    const [, space] = /^[^\x00-\x20\x7f]+( *)$/.exec(uri) ?? []
    if (space !== undefined) return new EngineRefusal(space === '' ? 505 : 400, 'HTTP/0.9 not supported')
  }
  return new EngineRefusal(400, illegalCharacter(line, illegalInRequestLine(line)))
}

/** Position of the first character that cannot stand where it does; the length if there is none so far. */
function illegalInRequestLine(line: string): number {
  const method = methodName.exec(line)?.[0].length ?? 0
  if (method === 0 || line[method] !== ' ') return method
  const [before = ''] = /^[^ ]* +[^\x00-\x20\x7f]*/.exec(line) ?? []
  if (line[before.length] !== ' ') return before.length
  return /^[^ ]* +[^ ]+ +[!-~]*/.exec(line)?.[0].length ?? line.length
}

function illegalInHeaderLine(line: string): number {
  const name = token.exec(line)?.[0].length ?? 0
  if (line[name] !== ':') return name
  const value = line.slice(name + 1).search(illegalInValue)
  return value < 0 ? line.length : name + 1 + value
}

function headerLineRefusal(line: string, place: RefusalPlace): EngineRefusal {
  if (/^[: \t]/.test(line)) return new EngineRefusal(400, 'Line Folding not supported', place)
  return new EngineRefusal(400, illegalCharacter(line, illegalInHeaderLine(line)), place)
}

/** Of a line that is not complete: a carriage return at its end may still be that of the line. */
function refuseIllegal(line: string, position: number, place: RefusalPlace): void {
  if (position >= line.length || (line[position] === '\r' && position === line.length - 1)) return
  throw new EngineRefusal(400, illegalCharacter(line, position), place)
}

function illegalCharacter(line: string, position: number): string {
  if (position >= line.length) return 'Illegal character LF=\\n'
  const code = line.charCodeAt(position)
  if (code === 0x20) return "Illegal character SPACE=' '"
  if (code === 0x09) return 'Illegal character HTAB=0x9'
  if (code === 0x0d) return 'Bad EOL'
  if (code < 0x20 || code === 0x7f) return `Illegal character CNTL=0x${code.toString(16)}`
  if (code > 0x7f) return `Illegal character OTEXT=0x${code.toString(16)}`
  const character = line[position] as string
  return character === ':'
    ? "Illegal character COLON=':'"
    : `Illegal character ${characterClass(character)}='${character}'`
}

function characterClass(character: string): string {
  if (/[A-Za-z]/.test(character)) return 'ALPHA'
  if (/[0-9]/.test(character)) return 'DIGIT'
  return token.test(character) ? 'TCHAR' : 'VCHAR'
}

/** Of a request line that is not complete. */
function tooLarge(line: string): EngineRefusal {
  return /^\S+ +[^ ]*$/.test(line)
    ? new EngineRefusal(414, 'URI Too Long')
    : new EngineRefusal(431, 'Request Header Fields Too Large')
}

function stripCarriageReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
