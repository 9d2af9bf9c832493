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
const requestLine = /^([!-9;-~][!#$%&'*+\-.^_`|~0-9A-Za-z]*) +([^\x00-\x20\x7f]+) +([!-~]+)$/
const headerLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/
/** Not what JavaScript calls blank: 0xA0 is the second byte of `à`. */
const blanksAtEnd = /(?<![ \t])[ \t]+$/
const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/

/** Parses the head at the start of `bytes`: the head and its length, or undefined if it is not complete yet. */
export function parseRequestHead(bytes: Buffer): { head: RequestHead; length: number } | undefined {
  const text = bytes.toString('latin1', 0, Math.min(bytes.length, headLimit + 2))
  let position = 0
  while (text[position] === '\r' || text[position] === '\n' || text[position] === ':') position += 1
  const lineEnd = text.indexOf('\n', position)
  if (lineEnd < 0) {
    refuseControls(text)
    if (bytes.length > headLimit) throw tooLarge(text.slice(position), bytes)
    return undefined
  }
  const { method, target, version } = parseRequestLine(stripCarriageReturn(text.slice(position, lineEnd)))
  const place = { uri: target, method, announcesClose: true }
  const headers: RawHeader[] = []
  for (position = lineEnd + 1; ; ) {
    const end = text.indexOf('\n', position)
    if (end < 0) {
      if (bytes.length > headLimit) throw new EngineRefusal(431, 'Request Header Fields Too Large', place)
      refuseControls(text.slice(position), place)
      return undefined
    }
    const line = stripCarriageReturn(text.slice(position, end))
    position = end + 1
    if (line === '') return { head: { method, target, version, headers }, length: position }
    headers.push(parseHeaderLine(line, place))
  }
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
  const illegal = (position: number) => new EngineRefusal(400, illegalCharacter(line, position))
  const method = /^[!-9;-~][!#$%&'*+\-.^_`|~0-9A-Za-z]*/.exec(line)?.[0].length ?? 0
  if (method === line.length) return new EngineRefusal(400, 'No URI')
  if (line[method] !== ' ') return illegal(method)
  const start = method + (/^ */.exec(line.slice(method))?.[0].length ?? 0)
  if (start === line.length) return new EngineRefusal(400, 'No URI')
  const first = line.charCodeAt(start)
  if (first <= 0x20 || first >= 0x7f) return new EngineRefusal(400, 'No URI')
  let end = start
  while (end < line.length && line.charCodeAt(end) > 0x20 && line.charCodeAt(end) !== 0x7f) end += 1
  if (/^ *$/.test(line.slice(end))) return new EngineRefusal(505, 'HTTP/0.9 not supported')
  if (line[end] !== ' ') return illegal(end)
  const version = end + (/^ */.exec(line.slice(end))?.[0].length ?? 0)
  return illegal(version + (/^[!-~]*/.exec(line.slice(version))?.[0].length ?? 0))
}

function parseHeaderLine(line: string, place: RefusalPlace): RawHeader {
  const match = headerLine.exec(line)
  if (match === null) throw headerLineRefusal(line, place)
  return [match[1] as string, (match[2] as string).replace(blanksAtEnd, '')]
}

function headerLineRefusal(line: string, place: RefusalPlace): EngineRefusal {
  if (/^[: \t]/.test(line)) return new EngineRefusal(400, 'Line Folding not supported', place)
  const name = token.exec(line)?.[0].length ?? 0
  if (line[name] !== ':') return new EngineRefusal(400, illegalCharacter(line, name), place)
  if (line.includes('\r')) return new EngineRefusal(400, 'Bad EOL', place)
  return new EngineRefusal(400, illegalCharacter(line, control.exec(line)?.index ?? line.length), place)
}

function refuseControls(text: string, place: RefusalPlace = {}): void {
  const found = control.exec(text)
  if (found === null) return
  throw new EngineRefusal(400, illegalCharacter(text, found.index), place)
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

function tooLarge(line: string, bytes: Buffer): EngineRefusal {
  const inTarget = /^\S+ +[^ ]*$/.test(line)
  return bytes.length > headLimit && inTarget
    ? new EngineRefusal(414, 'URI Too Long')
    : new EngineRefusal(431, 'Request Header Fields Too Large')
}

function stripCarriageReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
