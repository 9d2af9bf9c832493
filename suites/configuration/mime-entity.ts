import { ConfigurationProblem } from './configuration-problem.ts'

/** Header fields and, byte for byte, what follows them. */
export interface MimeEntity {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** A header value and its parameters, names in lower case, without quotation marks of either kind. */
export interface HeaderValue {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

const headLimit = 16 * 1024
const partLimit = 1000

/** Splits at the first blank line; lines may end with CRLF or LF. Without a blank line there is no body. */
export function readEntity(bytes: Buffer): MimeEntity {
  const start = bytes.subarray(0, headLimit).toString('latin1')
  const blank = /^\r?\n|\r?\n\r?\n/.exec(start)
  if (blank === null && bytes.length > headLimit) throw unreadable(`the header has more than ${headLimit} bytes`)
  const lines = start
    .slice(0, blank?.index)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .filter((line) => line !== '')
  return {
    headers: lines.map(readField),
    body: bytes.subarray(blank === null ? bytes.length : blank.index + blank[0].length),
  }
}

function readField(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  if (colon <= 0) throw unreadable(`"${line.slice(0, 60)}" is no header field`)
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
}

/** The parts of a multipart body, each without the line break that belongs to the boundary after it. */
export function splitParts({ headers, body }: MimeEntity): MimeEntity[] {
  const { value, parameters } = headerOf(headers, 'Content-Type') ?? { value: 'nothing', parameters: new Map() }
  const boundary = parameters.get('boundary')
  if (!value.toLowerCase().startsWith('multipart/') || boundary === undefined || boundary === '') {
    throw unreadable(`a multipart with a boundary was expected, not ${value}`)
  }
  const delimiters = findDelimiters(body, `--${boundary}`)
  if (delimiters.length === 0) throw unreadable(`the boundary ${boundary} does not occur`)
  const opening = delimiters.filter(({ isLast }) => !isLast)
  return opening.map((delimiter, index) => {
    const next = delimiters[index + 1]
    const end = next === undefined ? withoutLineBreak(body, body.length) : withoutLineBreak(body, next.at)
    return readEntity(body.subarray(delimiter.contentAt, Math.max(delimiter.contentAt, end)))
  })
}

interface Delimiter {
  readonly at: number
  readonly contentAt: number
  readonly isLast: boolean
}

function findDelimiters(body: Buffer, delimiter: string): Delimiter[] {
  const found: Delimiter[] = []
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    const line = /^(--)?[ \t]*(\r?\n|$)/.exec(
      body.subarray(at + delimiter.length, at + delimiter.length + 80).toString('latin1'),
    )
    if (line === null || (at > 0 && body[at - 1] !== 0x0a)) continue
    const isLast = line[1] !== undefined
    found.push({ at, contentAt: at + delimiter.length + line[0].length, isLast })
    if (found.length > partLimit) throw unreadable(`more than ${partLimit} parts`)
    if (isLast) break
  }
  return found
}

function withoutLineBreak(body: Buffer, end: number): number {
  if (body[end - 1] !== 0x0a) return end
  return body[end - 2] === 0x0d ? end - 2 : end - 1
}

/** The first header field of that name, in any letter case, taken apart. */
export function headerOf(headers: MimeEntity['headers'], name: string): HeaderValue | undefined {
  const field = headers.find(([one]) => one.toLowerCase() === name.toLowerCase())
  if (field === undefined) return undefined
  const [value = '', ...rest] = field[1].split(';')
  const parameters = rest.map((text) => {
    const equals = text.indexOf('=')
    const parameter = text.slice(equals + 1).trim()
    return [text.slice(0, Math.max(equals, 0)).trim().toLowerCase(), parameter.replace(/^(["'])(.*)\1$/, '$2')] as const
  })
  return { value: value.trim(), parameters: new Map(parameters) }
}

/** The whole value of the first header field of that name. */
export function rawHeaderOf(headers: MimeEntity['headers'], name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1]
}

function unreadable(reason: string): ConfigurationProblem {
  const code = 'global_conf_parsing_downloaded_conf_directory_failure'
  return new ConfigurationProblem(code, `the directory is not readable: ${reason}`)
}
