import type { XmlText } from './xml-cursor.ts'

/**
 * Decodes an XML document: by its byte order mark or its first characters, and behind the declaration by the encoding
 * that this names. What follows bytes that do not fit is left off.
 */
export function decodeXml(bytes: Buffer): XmlText {
  switch (detectEncoding(bytes)) {
    case 'utf-16be':
      return decodePairs(decodeBigEndian(bytes), bytes)
    case 'utf-16le':
      return decodePairs(bytes.toString('utf16le'), bytes)
    default:
      return decodeDeclared(bytes)
  }
}

function detectEncoding([first, second, third, fourth]: Buffer): 'utf-16be' | 'utf-16le' | undefined {
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0x00 && second === 0x3c && third === 0x00 && fourth === 0x3f) return 'utf-16be'
  if (first === 0x3c && second === 0x00 && third === 0x3f && fourth === 0x00) return 'utf-16le'
  return undefined
}

/** A declaration that names an encoding, as far as it can be told from its bytes; what is wrong with it is said later. */
const declaration = /^(?:\xef\xbb\xbf)?<\?xml\s[^?]*?\sencoding\s*=\s*(["'])(.*?)\1[^?]*\?>/s

function decodeDeclared(bytes: Buffer): XmlText {
  const [start, , encoding] = declaration.exec(bytes.toString('latin1', 0, 1024)) ?? []
  if (start === undefined || encoding === undefined || encoding.toLowerCase() === 'utf-8') return decodeUtf8(bytes)
  const declared = decodeUtf8(bytes.subarray(0, start.length))
  if (declared.trouble !== undefined) return declared
  const { text, trouble } = decodeAs(
    bytes.subarray(start.length),
    Buffer.from(encoding, 'latin1').toString().replace(/\r\n?/g, '\n'),
  )
  return { text: declared.text + text, trouble }
}

function decodeAs(bytes: Buffer, encoding: string): XmlText {
  switch (encoding.toLowerCase()) {
    case 'iso-8859-1':
    case 'latin1':
      return { text: bytes.toString('latin1') }
    case 'us-ascii':
    case 'ascii':
      return decodeAscii(bytes)
    case 'utf-16':
      return { text: decodeBigEndian(bytes) }
  }
  try {
    if (/^[A-Za-z][A-Za-z0-9._-]*$/.test(encoding)) return { text: new TextDecoder(encoding).decode(bytes) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return { text: '', trouble: `Invalid encoding name "${encoding}".` }
}

/** With half a character at its end, nothing is read of a document but its declaration, or what it takes to look for one. */
function decodePairs(text: string, { length }: Buffer): XmlText {
  if (length % 2 === 0) return { text }
  const declared = /^\ufeff?<\?xml\s[^?]*\?>/.exec(text)?.[0]
  return { text: declared ?? text.slice(0, 2), trouble: 'Expected byte 2 of 2-byte UTF-8 sequence.' }
}

function decodeBigEndian(bytes: Buffer): string {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString('utf16le')
}

function decodeAscii(bytes: Buffer): XmlText {
  const stranger = bytes.find((byte) => byte >= 0x80)
  if (stranger === undefined) return { text: bytes.toString('latin1') }
  return { text: '', trouble: `Byte "${stranger}" is not a member of the (7-bit) ASCII character set.` }
}

function decodeUtf8(bytes: Buffer): XmlText {
  const text = bytes.toString('utf8')
  if (!text.includes('\ufffd')) return { text }
  const bad = findInvalidSequence(bytes)
  return bad === undefined ? { text } : { text: bytes.toString('utf8', 0, bad.offset), trouble: bad.trouble }
}

/** What is wrong with the first bytes that are no UTF-8, in the words of the reference's decoder. */
function findInvalidSequence(bytes: Buffer): { offset: number; trouble: string } | undefined {
  for (let offset = 0; offset < bytes.length; ) {
    const lead = bytes[offset] as number
    const size = sequenceSize(lead)
    if (size === 0) return { offset, trouble: 'Invalid byte 1 of 1-byte UTF-8 sequence.' }
    for (let index = 1; index < size; index += 1) {
      const byte = bytes[offset + index]
      const fits = byte !== undefined && (byte & 0xc0) === 0x80 && (index > 1 || fitsLead(lead, byte))
      const problem = byte === undefined ? 'Expected' : 'Invalid'
      if (!fits) return { offset, trouble: `${problem} byte ${index + 1} of ${size}-byte UTF-8 sequence.` }
    }
    offset += size
  }
  return undefined
}

function sequenceSize(lead: number): number {
  if (lead < 0x80) return 1
  if (lead >= 0xc2 && lead < 0xe0) return 2
  if (lead >= 0xe0 && lead < 0xf0) return 3
  return lead >= 0xf0 && lead < 0xf8 ? 4 : 0
}

/** Whether a second byte makes neither a longer form than need be nor half a surrogate pair. */
function fitsLead(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0
  if (lead === 0xed) return second < 0xa0
  return lead !== 0xf0 || second >= 0x90
}
