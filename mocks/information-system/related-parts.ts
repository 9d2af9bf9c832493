/** One part of a `multipart/related` message. */
export interface RelatedPart {
  readonly contentType: string
  /** Without angle brackets. */
  readonly contentId?: string
  readonly body: Buffer
}

const mostParts = 1000

/** Takes a `multipart/related` body apart; throws if there is no boundary, no last one, or a part without header. */
export function parseRelatedParts(body: Buffer, contentType: string): RelatedPart[] {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  const delimiter = `\r\n--${boundary?.[1] ?? boundary?.[2] ?? ''}`
  if (boundary === null) throw new Error('no boundary')
  // The first delimiter needs no line break before it.
  const text = Buffer.concat([Buffer.from('\r\n'), body])
  const parts: RelatedPart[] = []
  for (let start = text.indexOf(delimiter); ; ) {
    const from = start + delimiter.length
    if (start < 0 || parts.length > mostParts) throw new Error('no last boundary')
    if (text.toString('latin1', from, from + 2) === '--') return parts
    start = text.indexOf(delimiter, from)
    if (start >= 0) parts.push(parsePart(text.subarray(from, start)))
  }
}

function parsePart(part: Buffer): RelatedPart {
  const end = part.indexOf('\r\n\r\n')
  if (end < 0) throw new Error('a part without header')
  // RFC 5322 2.2.3: a line that begins with a blank continues the one before.
  const lines = part
    .toString('utf8', 0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const header = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const contentId = header.get('content-id')?.replace(/^<(.*)>$/, '$1')
  const body = part.subarray(end + 4)
  return {
    contentType: header.get('content-type') ?? 'text/plain',
    ...(contentId !== undefined && { contentId }),
    body:
      header.get('content-transfer-encoding')?.toLowerCase() === 'base64'
        ? Buffer.from(body.toString('latin1'), 'base64')
        : body,
  }
}

/** Puts parts together, each after `boundary`, which must not occur in them. */
export function renderRelatedParts(parts: readonly RelatedPart[], boundary: string): Buffer<ArrayBuffer> {
  const pieces = parts.flatMap(({ contentType, contentId, body }) => {
    const id = contentId === undefined ? '' : `Content-ID: ${contentId}\r\n`
    return [Buffer.from(`--${boundary}\r\nContent-Type: ${contentType}\r\n${id}\r\n`), body, Buffer.from('\r\n')]
  })
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}
