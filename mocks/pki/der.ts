/** Writes DER, the encoding of everything that is signed here: each function returns one value with its tag and length. */

const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  nothing: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

export function derValue(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body])
}

export const sequence = (...values: readonly Uint8Array[]) => derValue(tags.sequence, ...values)
export const octetString = (bytes: Uint8Array) => derValue(tags.octetString, bytes)
/** A string of whole bytes. */
export const bitString = (bytes: Uint8Array) => derValue(tags.bitString, Buffer.of(0), bytes)
export const utf8String = (text: string) => derValue(tags.utf8String, Buffer.from(text))
export const enumerated = (value: number) => derValue(tags.enumerated, Buffer.of(value))
export const nothing = derValue(tags.nothing)

/** `[number]` around whole values. */
export const explicit = (number: number, ...values: readonly Uint8Array[]) => derValue(0xa0 + number, ...values)
/** `[number]` in the place of the tag of a value that is not made of others. */
export const implicit = (number: number, content: Uint8Array = Buffer.alloc(0)) => derValue(0x80 + number, content)

/** DER wants the elements of a set in the order of their bytes. */
export function setOf(...values: readonly Uint8Array[]): Buffer {
  return derValue(tags.set, ...values.toSorted(Buffer.compare))
}

/** A number, or the content of an integer as it stands in a certificate. */
export function integer(value: number | Uint8Array): Buffer {
  if (typeof value !== 'number') return derValue(tags.integer, value)
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  // A first bit that is set would make it negative.
  return derValue(tags.integer, ...(bytes.readUInt8(0) < 0x80 ? [] : [Buffer.of(0)]), bytes)
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number)
  return derValue(tags.objectIdentifier, ...[first * 40 + second, ...arcs].map(base128))
}

/** To the second, as RFC 5280 and RFC 6960 want it. */
export function generalizedTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/\..*|\D/g, '')
  return derValue(tags.generalizedTime, Buffer.from(`${digits}Z`))
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  const hex = length.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.of(0x80 + bytes.length), bytes])
}

function base128(arc: number): Buffer {
  const bytes = [arc % 0x80]
  for (let rest = Math.floor(arc / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) bytes.unshift(0x80 + (rest % 0x80))
  return Buffer.from(bytes)
}
