import { createHash, type X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

/** What a handshake told us about the caller. */
export interface TlsIdentity {
  readonly protocol: string
  /** IANA name. */
  readonly suite: string
  readonly serverName: string | undefined
  readonly certificate: PresentedCertificate | undefined
}

/** The leaf that the caller presented and whose key it proved to hold. Who issued it means nothing here. */
export interface PresentedCertificate {
  readonly x509: X509Certificate
  /** SHA-256 of the DER, lower-case hex. */
  readonly sha256: string
}

/** Reads the identity off a connection after its handshake. Never asks whether Node would have trusted the certificate. */
export function readTlsIdentity(socket: TLSSocket): TlsIdentity {
  const x509 = socket.getPeerX509Certificate()
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    suite: socket.getCipher().standardName,
    serverName: typeof socket.servername === 'string' ? socket.servername : undefined,
    certificate: x509 && { x509, sha256: createHash('sha256').update(x509.raw).digest('hex') },
  }
}
