import { positionOf, XmlError } from './xml-error.ts'

/** Decodes an XML document from its bytes: byte order mark, then declaration, then UTF-8. Throws XmlError on bytes that do not fit. */
export function decodeXml(bytes: Buffer): string {
  const encoding = detectEncoding(bytes)
  switch (encoding) {
    case 'utf-8':
      return decodeUtf8(bytes)
    case 'utf-16le':
      return bytes.toString('utf16le')
    case 'utf-16be':
      return Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le')
    default:
      return decodeDeclared(bytes, encoding)
  }
}

function detectEncoding(bytes: Buffer): string {
  const [first, second] = bytes
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0x00 && second === 0x3c) return 'utf-16be'
  if (first === 0x3c && second === 0x00) return 'utf-16le'
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.:-]*)["']/.exec(
    bytes.toString('latin1', 0, 256),
  )
  return (declared?.[1] ?? 'utf-8').toLowerCase()
}

function decodeDeclared(bytes: Buffer, encoding: string): string {
  if (encoding === 'utf8') return decodeUtf8(bytes)
  if (encoding === 'iso-8859-1' || encoding === 'latin1') return bytes.toString('latin1')
  if (encoding === 'us-ascii' || encoding === 'ascii') return bytes.toString('latin1')
  if (encoding === 'utf-16') return bytes.toString('utf16le')
  try {
    return new TextDecoder(encoding).decode(bytes)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new XmlError(`Invalid encoding name "${encoding}".`, { line: 1, column: 1 })
  }
}

function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  if (!text.includes('\ufffd') || Buffer.from(text).equals(bytes)) return text
  const bad = firstInvalidSequence(bytes)
  if (bad === undefined) return text
  throw new XmlError(
    `Invalid byte ${bad.byte} of ${bad.size}-byte UTF-8 sequence.`,
    positionOf(bytes.toString('utf8', 0, bad.offset), bytes.toString('utf8', 0, bad.offset).length),
  )
}

function firstInvalidSequence(bytes: Buffer): { offset: number; byte: number; size: number } | undefined {
  for (let offset = 0; offset < bytes.length; ) {
    const lead = bytes[offset] as number
    const size =
      lead < 0x80
        ? 1
        : lead >= 0xc2 && lead < 0xe0
          ? 2
          : lead >= 0xe0 && lead < 0xf0
            ? 3
            : lead >= 0xf0 && lead < 0xf5
              ? 4
              : 0
    if (size === 0) return { offset, byte: 1, size: 1 }
    for (let byte = 2; byte <= size; byte += 1) {
      if (((bytes[offset + byte - 1] ?? 0) & 0xc0) !== 0x80) return { offset, byte, size }
    }
    offset += size
  }
  return undefined
}
