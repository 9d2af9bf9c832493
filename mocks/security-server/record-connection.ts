import type { AgreedHandshake } from '../../fixtures/connection.ts'
import type { ExchangeTls } from '../../fixtures/exchange.ts'
import type { Reception } from '../listener/reception.ts'
import type { TlsIdentity } from '../listener/tls-identity.ts'
import type { ConnectionRecord } from '../log/connection-log.ts'

/** Largest DER of a certificate that is kept, in bytes; one with a key of RSA 16384 has less. */
const certificateLimit = 8 * 1024

/** Notes what a connection does, and has it served. */
export function recordConnection(record: ConnectionRecord, serve: Reception['onConnection']): Reception {
  return {
    onClientHello: (clientHello) => record.note({ clientHello }),
    onFailure: (reason) => record.note({ handshake: { kind: 'failed', reason } }),
    onConnection(socket, identity) {
      if (identity !== undefined) record.note({ handshake: agreedHandshake(identity) })
      socket.once('data', () => record.note({ receivedBytes: true }))
      serve(socket, identity)
    },
  }
}

function agreedHandshake(identity: TlsIdentity): AgreedHandshake {
  const der = identity.certificate?.x509.raw
  return {
    kind: 'agreed',
    ...recordTls(identity),
    ...(der === undefined || der.length > certificateLimit ? {} : { certificate: der.toString('base64') }),
  }
}

/** What an exchange tells of the handshake before it. */
export function recordTls({ protocol, suite, serverName, certificate }: TlsIdentity): ExchangeTls {
  return {
    protocol,
    suite,
    ...(serverName === undefined ? {} : { serverName }),
    ...(certificate === undefined ? {} : { certificateSha256: certificate.sha256 }),
  }
}
