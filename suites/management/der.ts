/** One value of DER: its tag, its length and what it holds. */
export function derValue(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body])
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.of(tag, 0x80 + length.length), length, body])
}

export const derSequence = (...content: readonly Buffer[]) => derValue(0x30, ...content)
export const derNull = Buffer.of(0x05, 0x00)

/** A positive INTEGER. */
export function derInteger(hex: string): Buffer {
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return derValue(0x02, ...((bytes[0] ?? 0) >= 0x80 ? [Buffer.of(0)] : []), bytes)
}

/** An object identifier whose first two arcs are not above 2 and 39. */
export function derIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...arcs].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let rest = arc >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80)
    return groups
  })
  return derValue(0x06, Buffer.from(bytes))
}

/** The values within a constructed one, each with its tag and length. */
export function derParts(value: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (let at = headerLength(value); at < value.length; ) {
    const rest = value.subarray(at)
    const end = headerLength(rest) + contentLength(rest)
    parts.push(rest.subarray(0, end))
    at += end
  }
  return parts
}

/** What a value holds. */
export function derContent(value: Buffer): Buffer {
  return value.subarray(headerLength(value))
}

function headerLength(value: Buffer): number {
  const first = value[1] ?? 0
  return first < 0x80 ? 2 : 2 + first - 0x80
}

function contentLength(value: Buffer): number {
  const first = value[1] ?? 0
  return first < 0x80 ? first : value.readUIntBE(2, first - 0x80)
}
