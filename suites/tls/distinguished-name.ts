import { byteReader, MalformedMessage } from '../../fixtures/tls/byte-reader.ts'

/** Short names of attribute types (RFC 4514 and usual ones), by object identifier. */
const attributeNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
}

/** A distinguished name in DER as one line, from its most general part down. Throws a MalformedMessage. */
export function distinguishedName(der: Buffer): string {
  const parts: string[] = []
  for (const set of items(readItem(byteReader(der)).content)) {
    parts.push(
      items(set.content)
        .map((pair) => attribute(pair.content))
        .join('+'),
    )
  }
  return parts.join(', ')
}

interface Item {
  readonly tag: number
  readonly content: Buffer
}

function items(bytes: Buffer): Item[] {
  const reader = byteReader(bytes)
  const found: Item[] = []
  while (reader.remaining > 0) found.push(readItem(reader))
  return found
}

function readItem(reader: ReturnType<typeof byteReader>): Item {
  const tag = reader.number(1)
  const first = reader.number(1)
  if (first < 0x80) return { tag, content: reader.take(first) }
  // Names need no length of more than three bytes, and DER has none that is left open.
  const lengthBytes = first & 0x7f
  if (lengthBytes < 1 || lengthBytes > 3) throw new MalformedMessage(`a length of ${lengthBytes} bytes`)
  return { tag, content: reader.vector(lengthBytes) }
}

const utf16 = 0x1e

function attribute(pair: Buffer): string {
  const reader = byteReader(pair)
  const type = objectIdentifier(readItem(reader).content)
  const { tag, content } = readItem(reader)
  const text =
    tag === utf16
      ? Buffer.from(content.subarray(0, content.length & ~1))
          .swap16()
          .toString('utf16le')
      : content.toString('utf8')
  // What would forge the line it stands in is not printed as it is.
  const printable = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd').replaceAll(/[,+\\]/g, '\\$&')
  return `${attributeNames[type] ?? type}=${printable}`
}

function objectIdentifier(content: Buffer): string {
  const numbers: number[] = []
  let number = 0
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(number)
      number = 0
    }
  }
  const [first = 0, ...rest] = numbers
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}
