/** One value of DER. Nothing inside is looked at before it is asked for, so that depth costs nothing. */
export interface DerValue {
  readonly tag: number
  readonly content: Buffer
  /** Tag, length and content. */
  readonly raw: Buffer
}

/** Bytes that are no DER, or not the values that were expected. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

/** Reads bytes that are exactly one value; throws a DerError for anything else. */
export function readDer(bytes: Buffer, tag?: number): DerValue {
  const value = readValue(bytes, 0)
  if (value.raw.length !== bytes.length) throw new DerError(`${bytes.length - value.raw.length} bytes too many`)
  return tag === undefined ? value : expectTag(value, tag)
}

/** The values that one of constructed kind is made of. */
export function childrenOf({ tag, content }: DerValue): DerValue[] {
  if ((tag & 0x20) === 0) throw new DerError(`a value of tag ${hex(tag)} has no parts`)
  const children: DerValue[] = []
  for (let at = 0; at < content.length; at += children.at(-1)?.raw.length ?? 0) children.push(readValue(content, at))
  return children
}

/** Those of a value that must have that tag: 0x30 for a sequence. */
export function partsOf(value: DerValue | undefined, tag = 0x30): DerValue[] {
  return childrenOf(expectTag(value, tag))
}

/** The one value within an explicit tag, or within anything else that holds exactly one. */
export function onlyChildOf(value: DerValue): DerValue {
  const [only, ...more] = childrenOf(value)
  if (only === undefined || more.length > 0) throw new DerError(`tag ${hex(value.tag)} holds not one value`)
  return only
}

/** The value itself; throws a DerError if there is none or if it has another tag. */
export function expectTag(value: DerValue | undefined, tag: number): DerValue {
  if (value === undefined) throw new DerError(`there is no value of tag ${hex(tag)}`)
  if (value.tag !== tag) throw new DerError(`tag ${hex(value.tag)} stands where ${hex(tag)} is expected`)
  return value
}

/** Dotted, such as 2.5.4.3. */
export function readObjectIdentifier(value: DerValue | undefined): string {
  const { content } = expectTag(value, 0x06)
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    if (arc === 0 && byte === 0x80) throw new DerError('an object identifier is not the shortest')
    arc = arc * 0x80 + (byte & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER) throw new DerError('an object identifier has an arc that is too great')
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [start] = arcs
  if (start === undefined || (content.at(-1) ?? 0) >= 0x80) throw new DerError('an object identifier is cut off')
  const first = Math.min(Math.floor(start / 40), 2)
  return [first, start - first * 40, ...arcs.slice(1)].join('.')
}

/** The bytes of a bit string of whole bytes. */
export function readBitString(value: DerValue | undefined): Buffer {
  const { content } = expectTag(value, 0x03)
  if (content[0] !== 0) throw new DerError('a bit string is not of whole bytes')
  return content.subarray(1)
}

/** A time to the second with the time zone Z. */
export function readGeneralizedTime(value: DerValue | undefined): Date {
  const text = expectTag(value, 0x18).content.toString('latin1')
  const date = new Date(text.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(date.getTime())) throw new DerError(`"${text}" is no time`)
  return date
}

function readValue(bytes: Buffer, start: number): DerValue {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined) throw new DerError('a value is cut off')
  if ((tag & 0x1f) === 0x1f) throw new DerError('a tag is of more than one byte')
  let at = start + 2
  let length = first
  if (first >= 0x80) {
    const size = first - 0x80
    if (size === 0 || size > 4) throw new DerError('a length is indefinite or longer than four bytes')
    if (at + size > bytes.length) throw new DerError('a value is cut off')
    length = bytes.readUIntBE(at, size)
    at += size
    if (length < 0x80 || (size > 1 && length < 2 ** (8 * (size - 1))))
      throw new DerError('a length is not the shortest')
  }
  if (at + length > bytes.length) throw new DerError('a value is cut off')
  return { tag, content: bytes.subarray(at, at + length), raw: bytes.subarray(start, at + length) }
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`
}
