import { MalformedMessage } from '../../fixtures/tls/byte-reader.ts'

/** A handshake message put together from its records, or an alert of two bytes. */
export interface RecordedMessage {
  readonly contentType: number
  /** Type of the handshake message; 0 for alerts. */
  readonly type: number
  readonly body: Buffer
}

/** Takes records apart as they arrive (RFC 5246 6.2) and puts messages together from them. */
export interface RecordReader {
  /** The messages that are whole now. Throws a MalformedMessage for what is no TLS, or too much of it. */
  push(chunk: Buffer): RecordedMessage[]
}

/** What RFC 5246 6.2.3 lets a record have, and more than any first flight needs. */
const recordLimit = 16_384 + 2048
const flightLimit = 512 * 1024
const changeCipherSpec = 20
const alert = 21
const handshake = 22

export function recordReader(): RecordReader {
  let records: Buffer = Buffer.alloc(0)
  let messages: Buffer = Buffer.alloc(0)
  let alerts: Buffer = Buffer.alloc(0)
  let total = 0
  return { push }

  function push(chunk: Buffer): RecordedMessage[] {
    total += chunk.length
    if (total > flightLimit) throw new MalformedMessage(`more than ${flightLimit} bytes before the flight ends`)
    records = records.length === 0 ? chunk : Buffer.concat([records, chunk])
    const found: RecordedMessage[] = []
    const fragments: Buffer[] = [messages]
    let at = 0
    for (;;) {
      const record = wholeRecord(records, at)
      if (record === undefined) break
      at += 5 + record.body.length
      if (record.type === handshake) fragments.push(record.body)
      else if (record.type === alert) found.push(...splitAlerts(record.body))
    }
    records = records.subarray(at)
    if (fragments.length > 1) messages = Buffer.concat(fragments)
    // What was said before an alert counts before it.
    return [...splitMessages(), ...found]
  }

  function splitAlerts(fragment: Buffer): RecordedMessage[] {
    const bytes = Buffer.concat([alerts, fragment])
    const whole = bytes.length - (bytes.length % 2)
    alerts = bytes.subarray(whole)
    return Array.from({ length: whole / 2 }, (_, index) => {
      return { contentType: alert, type: 0, body: bytes.subarray(index * 2, index * 2 + 2) }
    })
  }

  function splitMessages(): RecordedMessage[] {
    const found: RecordedMessage[] = []
    let at = 0
    while (messages.length - at >= 4) {
      const end = at + 4 + messages.readUIntBE(at + 1, 3)
      if (end - at > flightLimit) throw new MalformedMessage(`a handshake message of ${end - at} bytes`)
      if (end > messages.length) break
      found.push({ contentType: handshake, type: messages.readUInt8(at), body: messages.subarray(at + 4, end) })
      at = end
    }
    messages = messages.subarray(at)
    return found
  }
}

/** The record that begins there, if it is whole. What cannot become a record is malformed from its first wrong byte on. */
function wholeRecord(bytes: Buffer, at: number): { readonly type: number; readonly body: Buffer } | undefined {
  const [type, major] = [bytes[at], bytes[at + 1]]
  if (type !== undefined && (type < changeCipherSpec || type > handshake))
    throw new MalformedMessage('no record of TLS')
  if (major !== undefined && major !== 3) throw new MalformedMessage('no record of TLS')
  if (type === undefined || bytes.length - at < 5) return undefined
  const length = bytes.readUInt16BE(at + 3)
  if (length > recordLimit) throw new MalformedMessage(`a record of ${length} bytes`)
  // Empty fragments of a handshake are forbidden and would let a peer keep us busy for nothing.
  if (length === 0) throw new MalformedMessage('an empty record')
  return bytes.length - at - 5 < length ? undefined : { type, body: bytes.subarray(at + 5, at + 5 + length) }
}
