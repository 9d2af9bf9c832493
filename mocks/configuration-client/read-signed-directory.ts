import { ConfigurationFailure } from './configuration-failure.ts'

/** Header fields, names in lower case, the last of a name; and the text below them. Every character is one byte. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** The first Content-Type, by which a message is taken apart. */
  readonly type: string | undefined
}

/** A downloaded directory: what was signed, the signatures of it, and the entries. */
export interface SignedDirectory {
  readonly signed: string
  readonly signatures: readonly Part[]
  readonly entries: readonly Part[]
}

// As in the reference, whose parser of messages stops there.
const limits = { lineLength: 1000, fieldLength: 10_000, fields: 1000 }

/**
 * Takes a directory apart, without looking for what must be there: a text of any other kind is a directory without
 * signature. Throws a ConfigurationFailure for one whose header goes beyond all bounds.
 */
export function readSignedDirectory(bytes: Buffer): SignedDirectory {
  const [directory, ...signatures] = partsOf(readPart(bytes.toString('latin1')))
  if (directory === undefined) {
    throw new ConfigurationFailure('global_conf_missing_signed_data', 'there is nothing within the envelope')
  }
  const type = directory.headers.get('content-type')
  const inside = type === undefined ? readPart(directory.body) : { ...directory, headers: new Map(), type }
  return { signed: directory.body, signatures, entries: partsOf(inside) }
}

/** The parts of a multipart message; any other message is its own part. */
function partsOf(part: Part): Part[] {
  const [, quoted, bare] =
    /^multipart\/[^;]*;(?:.*;)?\s*boundary\s*=\s*(?:"([^"]+)"|([^\s";]+))/i.exec(part.type ?? '') ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined) return [part]
  // A boundary stands at the start of a line, and the line break before it belongs to it.
  const [, ...pieces] = `\n${part.body}`.split(
    new RegExp(`\\r?\\n--${boundary.replace(/[^A-Za-z0-9]/g, '\\$&')}(?=--|[ \\t]*\\r?\\n)`),
  )
  return pieces.filter((piece) => !piece.startsWith('--')).map((piece) => readPart(piece.replace(/^[ \t]*\r?\n/, '')))
}

function readPart(text: string): Part {
  const blank = /^\r?\n|\r?\n\r?\n/.exec(text)
  const fields = readFields(blank === null ? text : text.slice(0, blank.index))
  return {
    headers: new Map(fields),
    type: fields.find(([name]) => name === 'content-type')?.[1],
    body: blank === null ? '' : text.slice(blank.index + blank[0].length),
  }
}

/** Lines that begin with a blank belong to the one before; those without a name are passed over. */
function readFields(head: string): (readonly [string, string])[] {
  const fields = head.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)
  if (fields.length > limits.fields) throw unreadable(`there are more than ${limits.fields} header fields`)
  if (fields.some(({ length }) => length > limits.fieldLength)) throw unreadable('a header field is too long')
  if (head.split('\n').some(({ length }) => length > limits.lineLength)) throw unreadable('a line is too long')
  return fields.flatMap((field) => {
    const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(field) ?? []
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.trim()] as const]
  })
}

function unreadable(reason: string): ConfigurationFailure {
  return new ConfigurationFailure('global_conf_parsing_downloaded_conf_directory_failure', reason)
}
