import type { TLSSocket } from 'node:tls'
import { connectSocket, type Endpoint, type Identity } from './connection.ts'

/**
 * Asks for a new handshake on a TLS 1.2 connection. `refused`: with an alert or by a close; `done`: the server took part;
 * `no-connection`: the first handshake failed already.
 */
export function renegotiate(endpoint: Endpoint, identity: Identity): Promise<'refused' | 'done' | 'no-connection'> {
  const socket = connectSocket(endpoint, { identity, maxVersion: 'TLSv1.2' }) as TLSSocket
  let failed: 'refused' | 'no-connection' = 'no-connection'
  return new Promise<'refused' | 'done' | 'no-connection'>((resolve) => {
    socket.on('error', () => resolve(failed)).on('close', () => resolve(failed))
    socket.setTimeout(10_000, () => resolve(failed))
    socket.once('secureConnect', () => {
      failed = 'refused'
      socket.resume().renegotiate({ rejectUnauthorized: false }, (error) => resolve(error === null ? 'done' : failed))
    })
  }).finally(() => socket.destroy())
}
