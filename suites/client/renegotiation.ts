import type { TLSSocket } from 'node:tls'
import { connectSocket, type Endpoint, type Identity } from './connection.ts'

/**
 * Asks for a new handshake on a TLS 1.2 connection. `refused`: with an alert or by a close; `done`: the server took part.
 */
export function renegotiate(endpoint: Endpoint, identity: Identity): Promise<'refused' | 'done'> {
  const socket = connectSocket(endpoint, { identity, maxVersion: 'TLSv1.2' }) as TLSSocket
  return new Promise<'refused' | 'done'>((resolve) => {
    const refused = () => resolve('refused')
    socket.setTimeout(10_000, refused)
    socket.once('secureConnect', () => {
      socket.once('error', refused).once('close', refused).resume()
      socket.renegotiate({ rejectUnauthorized: false }, (error) => resolve(error === null ? 'done' : 'refused'))
    })
  }).finally(() => socket.destroy())
}
