/** A Content-Type value taken apart the way a security server does it. */
export interface ContentType {
  /** As sent, letter case kept: it is quoted in faults. */
  readonly mediaType: string
  readonly parameters: ReadonlyMap<string, string>
}

/** Undefined for a value without a media type: empty, blank, or nothing before the first semicolon. */
export function parseContentType(value: string | undefined): ContentType | undefined {
  const [mediaType = '', ...rest] = splitOutsideQuotes(value ?? '')
  if (mediaType.trim() === '') return undefined
  const parameters = new Map<string, string>()
  for (const parameter of rest) {
    const equals = parameter.indexOf('=')
    if (equals < 0) continue
    const name = parameter.slice(0, equals).trim().toLowerCase()
    if (!parameters.has(name)) parameters.set(name, unquote(parameter.slice(equals + 1).trim()))
  }
  return { mediaType: mediaType.trim(), parameters }
}

function splitOutsideQuotes(value: string): string[] {
  return value.match(/(?:[^;"]|"(?:\\.|[^"\\])*"?)+/g) ?? []
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : value
}

/** Node's name of a charset, or undefined for one that nobody knows. */
export function knownCharset(name: string): BufferEncoding | 'other' | undefined {
  const lower = name.toLowerCase()
  if (lower === 'utf-8' || lower === 'utf8') return 'utf8'
  if (lower === 'iso-8859-1' || lower === 'latin1' || lower === 'us-ascii' || lower === 'ascii') return 'latin1'
  if (lower === 'utf-16le') return 'utf16le'
  try {
    new TextDecoder(name)
    return 'other'
  } catch {
    return undefined
  }
}
