import { ConfigurationProblem } from './configuration-problem.ts'

/** Header fields and, byte for byte, what follows them. */
export interface MimeEntity {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

// Those of the parser that security servers use.
const lineLimit = 1000
const fieldLimit = 10_000
const fieldsLimit = 1000

const partLimit = 1000

/**
 * Splits at the first blank line; lines may end with CRLF or LF, and those that are no header fields are passed over.
 * Without a blank line there is no body.
 */
export function readEntity(bytes: Buffer): MimeEntity {
  const text = bytes.toString('latin1')
  const blank = /^\r?\n|\r?\n\r?\n/.exec(text)
  return {
    headers: readFields(text.slice(0, blank?.index)),
    body: bytes.subarray(blank === null ? bytes.length : blank.index + blank[0].length),
  }
}

function readFields(head: string): MimeEntity['headers'] {
  if (head.split('\n').some((line) => line.length > lineLimit)) throw unreadable(`a line has over ${lineLimit} bytes`)
  const fields = head.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)
  if (fields.length > fieldsLimit) throw unreadable(`there are over ${fieldsLimit} header fields`)
  if (fields.some((field) => field.length > fieldLimit)) throw unreadable(`a field has over ${fieldLimit} bytes`)
  return fields.flatMap((field) => {
    const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(field) ?? []
    return name === undefined || value === undefined ? [] : [[name, value.trim()] as const]
  })
}

/** The parts of a multipart body, each without the line break that belongs to the boundary after it; itself if it is none. */
export function splitParts(entity: MimeEntity): MimeEntity[] {
  const { body } = entity
  const boundary = boundaryOf(entity)
  if (boundary === undefined) return [entity]
  const delimiters = findDelimiters(body, `--${boundary}`)
  const opening = delimiters.filter(({ isLast }) => !isLast)
  return opening.map((delimiter, index) => {
    const next = delimiters[index + 1]
    const end = next === undefined ? withoutLineBreak(body, body.length) : withoutLineBreak(body, next.at)
    return readEntity(body.subarray(delimiter.contentAt, Math.max(delimiter.contentAt, end)))
  })
}

// Of several types the parser goes by the first, unlike those who look at the fields of a part.
function boundaryOf({ headers }: MimeEntity): string | undefined {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const [, quoted, bare] = /^multipart\/[^;]*;(?:.*;)?\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(type) ?? []
  return quoted ?? bare
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

function unreadable(reason: string): ConfigurationProblem {
  const code = 'global_conf_parsing_downloaded_conf_directory_failure'
  return new ConfigurationProblem(code, `the directory is not readable: ${reason}`)
}
