/** Encodes a text as Java does: a question mark for every character that the charset has no place for. */
export function encodeText(text: string, charset: string): Buffer {
  switch (charset.toLowerCase()) {
    case 'utf-8':
    case 'utf8':
      return Buffer.from(text)
    case 'utf-16le':
      return Buffer.from(text, 'utf16le')
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16()
    case 'utf-16':
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
    case 'us-ascii':
    case 'ascii':
      return Buffer.from(text.replace(/[^\x00-\x7f]/gu, '?'), 'latin1')
    case 'iso-8859-1':
    case 'latin1':
      return Buffer.from(text.replace(/[^\x00-\xff]/gu, '?'), 'latin1')
    default:
      return encodeByTable(text, charset)
  }
}

/** For charsets of one byte a character. What has more is written in UTF-8: no message can be expected in it. */
function encodeByTable(text: string, charset: string): Buffer {
  const characters = new TextDecoder(charset).decode(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))
  if (characters.length !== 256) return Buffer.from(text)
  const bytes = new Map([...characters].map((character, byte) => [character, byte]))
  return Buffer.from(Array.from(text, (character) => bytes.get(character) ?? 0x3f))
}
