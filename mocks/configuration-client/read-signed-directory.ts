import { ConfigurationFailure } from './configuration-failure.ts'

/** Header fields, names in lower case, and the text below them; every character is one byte. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** A downloaded directory: what was signed, the signature, and the entries. */
export interface SignedDirectory {
  readonly signed: string
  readonly signature: Part
  readonly entries: readonly Part[]
}

/** Takes a directory apart; throws a ConfigurationFailure for what is none. */
export function readSignedDirectory(bytes: Buffer): SignedDirectory {
  const [directory, signature, ...more] = partsOf(readPart(bytes.toString('latin1')))
  if (directory === undefined || signature === undefined) {
    throw new ConfigurationFailure('global_conf_missing_signed_data', 'there is no signature beside the directory')
  }
  if (more.length > 0) throw unreadable('there is more than a directory and its signature')
  return { signed: directory.body, signature, entries: partsOf(directory) }
}

function partsOf({ headers, body }: Part): Part[] {
  const boundary = /^multipart\/.*;\s*boundary="?([^\s";]+)/i.exec(headers.get('content-type') ?? '')?.[1]
  if (boundary === undefined) throw unreadable('there is no multipart with a boundary')
  // A boundary stands at the start of a line, and the line break before it belongs to it.
  const [, ...pieces] = `\n${body}`.split(
    new RegExp(`\\r?\\n--${boundary.replace(/[^A-Za-z0-9]/g, '\\$&')}(?=--|[ \\t]*\\r?\\n)`),
  )
  return pieces.filter((piece) => !piece.startsWith('--')).map((piece) => readPart(piece.replace(/^[ \t]*\r?\n/, '')))
}

function readPart(text: string): Part {
  const blank = /\r?\n\r?\n/.exec(text)
  const head = blank === null ? text : text.slice(0, blank.index)
  const fields = head.split(/\r?\n/).filter((line) => line !== '')
  const headers = fields.map((line) => {
    const [, name, value] = /^([^\s:]+)[ \t]*:[ \t]*(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) throw unreadable(`"${line.slice(0, 60)}" is no header field`)
    return [name.toLowerCase(), value.trimEnd()] as const
  })
  return { headers: new Map(headers), body: blank === null ? '' : text.slice(blank.index + blank[0].length) }
}

function unreadable(reason: string): ConfigurationFailure {
  return new ConfigurationFailure('global_conf_parsing_downloaded_conf_directory_failure', reason)
}
