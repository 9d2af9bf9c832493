import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ClientHello } from '../../fixtures/connection.ts'
import type { TlsIdentity } from './tls-identity.ts'

/** Who receives one connection. Of a handshake's two ends exactly one is told: the connection, or the failure. */
export interface Reception {
  onConnection(socket: Socket | TLSSocket, identity: TlsIdentity | undefined): void
  /** Told what the client offers, before the handshake, if the connection begins with a ClientHello at all. */
  onClientHello?(hello: ClientHello): void
  /** Told by which code of Node or OpenSSL the handshake failed, or `closed`. */
  onFailure?(reason: string): void
}
