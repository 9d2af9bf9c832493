import { X509Certificate } from 'node:crypto'
import { connect as connectTcp } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type { HandshakeRefused, NoAnswer, TlsFacts } from '../observe/answer.ts'
import { describeFailure } from '../observe/handshake.ts'
import { type Endpoint, type Identity, tlsFacts } from './connection.ts'

/**
 * Makes a TLS 1.2 handshake in which the caller signs with a key of its own, but shows a certificate of somebody else:
 * the certificate is exchanged on its way to the server, as node:tls refuses a key that does not fit.
 */
export function presentBorrowed(
  endpoint: Endpoint,
  own: Identity,
  borrowed: string,
): Promise<HandshakeRefused | NoAnswer | ({ readonly kind: 'completed' } & TlsFacts)> {
  const { hostname, port } = new URL(endpoint.url)
  const tcp = connectTcp({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 443 })
  const exchange = certificateExchange(new X509Certificate(borrowed).raw)
  const line = new Duplex({
    read: () => tcp.resume(),
    write: (chunk: Buffer, _encoding, done) => tcp.write(exchange(chunk), done),
    final: (done) => tcp.end(done),
    destroy(error, done) {
      tcp.destroy()
      done(error)
    },
  })
  tcp.on('data', (chunk) => line.push(chunk) || tcp.pause()).on('end', () => line.push(null))
  tcp.on('error', (error) => line.destroy(error)).setTimeout(10_000, () => line.destroy(new Error('no answer in time')))
  const socket = connectTls({
    socket: line,
    cert: own.certificate,
    key: own.key,
    maxVersion: 'TLSv1.2',
    rejectUnauthorized: false,
  })
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      const failure = describeFailure(error, 'tls-handshake')
      if (failure === undefined) reject(error)
      else resolve(failure)
    }
    socket.once('secureConnect', () => resolve({ kind: 'completed', ...tlsFacts(socket) }))
    socket.once('error', fail)
    socket.once('close', () => resolve({ kind: 'handshake-refused', stage: 'server', alert: 'closed' }))
  }).finally(() => {
    socket.destroy()
    tcp.destroy()
  }) as ReturnType<typeof presentBorrowed>
}

/** Puts another certificate into the Certificate message (RFC 5246 7.4.6), wherever it stands in what is written. */
function certificateExchange(der: Buffer): (written: Buffer) => Buffer {
  let rest: Buffer = Buffer.alloc(0)
  let encrypted = false
  return (written) => {
    rest = Buffer.concat([rest, written])
    const records: Buffer[] = []
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt16BE(3)) {
      const record = rest.subarray(0, 5 + rest.readUInt16BE(3))
      rest = rest.subarray(record.length)
      encrypted ||= record.readUInt8(0) === 20
      records.push(encrypted || record.readUInt8(0) !== 22 ? record : withCertificate(record, der))
    }
    return Buffer.concat(records)
  }
}

function withCertificate(record: Buffer, der: Buffer): Buffer {
  const messages: Buffer[] = []
  for (let at = 5; at < record.length; ) {
    const end = at + 4 + record.readUIntBE(at + 1, 3)
    const message = record.subarray(at, end)
    messages.push(message.readUInt8(0) === 11 ? certificateMessage(der) : message)
    at = end
  }
  const content = Buffer.concat(messages)
  const head = Buffer.from(record.subarray(0, 5))
  head.writeUInt16BE(content.length, 3)
  return Buffer.concat([head, content])
}

function certificateMessage(der: Buffer): Buffer {
  const head = Buffer.alloc(10)
  head.writeUInt8(11, 0)
  head.writeUIntBE(der.length + 6, 1, 3)
  head.writeUIntBE(der.length + 3, 4, 3)
  head.writeUIntBE(der.length, 7, 3)
  return Buffer.concat([head, der])
}
