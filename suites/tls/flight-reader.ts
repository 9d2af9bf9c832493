import { alertName } from '../../fixtures/tls/alerts.ts'
import { MalformedMessage } from '../../fixtures/tls/byte-reader.ts'
import type { Greeted, Refused } from './greeting.ts'
import { parseServerKeyExchange } from './key-exchange.ts'
import { recordReader } from './record-reader.ts'
import { parseCertificateRequest, parseCertificates, parseServerHello } from './server-hello.ts'

/** Reads a server's first flight as it arrives. */
export interface FlightReader {
  /** The flight once it is whole. Throws a MalformedMessage for what is no TLS, or too much of it. */
  push(chunk: Buffer): Greeted | Refused | undefined
}

const alert = 21
const handshake = 22

/** `hello`: the flight counts as whole with its ServerHello, as who asks only for a suite wants it. */
export function flightReader(until: 'hello' | 'flight' = 'flight'): FlightReader {
  const records = recordReader()
  let greeted: Greeted | undefined
  return { push: (chunk) => readMessages(records.push(chunk)) }

  function readMessages(messages: ReturnType<typeof records.push>): Greeted | Refused | undefined {
    for (const { contentType, type, body } of messages) {
      if (contentType === alert) {
        const [level, code] = [body.readUInt8(0), body.readUInt8(1)]
        // Of a warning, such as unrecognized_name, the handshake goes on.
        if (level === 1 && code !== 0) continue
        return { kind: 'refused', alert: alertName(code) }
      }
      if (contentType === handshake && isWhole(type, body)) return greeted
    }
    return undefined
  }

  function isWhole(type: number, body: Buffer): boolean {
    if (greeted === undefined) {
      // HelloRequest: a server may send it at any time, and it says nothing.
      if (type === 0) return false
      if (type !== 2) throw new MalformedMessage(`handshake message ${type} before the ServerHello`)
      greeted = { kind: 'greeted', ...parseServerHello(body), certificates: [] }
      // In TLS 1.3 all that follows is encrypted.
      return until === 'hello' || greeted.version === 'TLSv1.3'
    }
    const { suite, version } = greeted
    if (type === 11) greeted = { ...greeted, certificates: parseCertificates(body) }
    else if (type === 12) greeted = { ...greeted, keyExchange: parseServerKeyExchange(body, suite, version) }
    else if (type === 13) greeted = { ...greeted, certificateRequest: parseCertificateRequest(body, version) }
    return type === 14
  }
}
