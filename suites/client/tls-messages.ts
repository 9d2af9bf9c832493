/** One record, or one handshake message within records (RFC 5246 6.2 and 7.4). */
export interface Message {
  readonly type: number
  readonly body: Buffer
}

/** The whole records among the bytes that have come so far. */
export function splitRecords(bytes: Buffer): Message[] {
  return split(bytes, 5, (at) => bytes.readUInt16BE(at + 3))
}

/** The whole handshake messages in those records, as far as they are not encrypted. */
export function handshakeBytes(records: readonly Message[]): Buffer {
  return Buffer.concat(records.filter(({ type }) => type === 22).map(({ body }) => body))
}

export function splitMessages(bytes: Buffer): Message[] {
  return split(bytes, 4, (at) => bytes.readUIntBE(at + 1, 3))
}

export function message(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(type), vector(3, body)])
}

export function record(type: number, body: Buffer, version = 0x0303): Buffer {
  return Buffer.concat([Buffer.of(type), words([version]), vector(2, body)])
}

/** Bytes behind their length. */
export function vector(lengthBytes: number, content: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes)
  length.writeUIntBE(content.length, 0, lengthBytes)
  return Buffer.concat([length, content])
}

export function words(values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]))
}

function split(bytes: Buffer, head: number, lengthAt: (at: number) => number): Message[] {
  const found: Message[] = []
  for (let at = 0; at + head <= bytes.length; ) {
    const end = at + head + lengthAt(at)
    if (end > bytes.length) break
    found.push({ type: bytes.readUInt8(at), body: bytes.subarray(at + head, end) })
    at = end
  }
  return found
}
