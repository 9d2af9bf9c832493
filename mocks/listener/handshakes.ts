import type { Socket } from 'node:net'
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls'
import { peekClientHello } from './peek-client-hello.ts'
import type { Reception } from './reception.ts'
import { readTlsIdentity } from './tls-identity.ts'

export interface ListenerTls extends SecureContextOptions {
  readonly requestCert?: boolean
  /** Refuses callers without a certificate that an authority of `ca` has issued; no caller is refused by default. */
  readonly rejectUnauthorized?: boolean
  /** Milliseconds in which something of a handshake must come; 30 seconds by default. */
  readonly handshakeTimeout?: number
}

export interface Handshakes {
  /** Shakes hands on a connection that has just arrived. */
  begin(connection: Socket, reception: Reception): void
  replaceTls(tls: SecureContextOptions): void
}

/** Handshakes of one listener. Client certificates are asked for, and none is refused, unless said otherwise. */
export function handshakes({ handshakeTimeout = 30_000, ...context }: ListenerTls): Handshakes {
  const pending = new Map<Socket, Reception>()
  const take = (connection: Socket) => {
    const reception = pending.get(connection)
    pending.delete(connection)
    return reception
  }
  let made: Server | undefined
  // A context takes more memory than all the rest of a listener, and many are never called.
  const server = () => {
    made ??= makeServer()
    return made
  }

  function makeServer(): Server {
    const tls = createServer({
      requestCert: true,
      rejectUnauthorized: false,
      ...context,
      handshakeTimeout,
    })
    tls.on('secureConnection', (socket) => {
      socket.on('error', () => socket.destroy())
      socket.allowHalfOpen = true
      take(connectionOf(socket))?.onConnection(socket, readTlsIdentity(socket))
    })
    // A failed handshake is an alert to the peer, and for us no more than worth a note.
    tls.on('tlsClientError', (error, socket) => {
      take(connectionOf(socket))?.onFailure?.(reasonOf(error))
      socket.destroy()
    })
    return tls
  }
  return {
    begin(connection, reception) {
      pending.set(connection, reception)
      connection.once('close', () => take(connection)?.onFailure?.('closed'))
      // Who hangs up within the handshake will not finish it; afterwards the answer may still be wanted.
      connection.allowHalfOpen = false
      const begin = () => server().emit('connection', connection)
      if (reception.onClientHello === undefined) return void begin()
      const expire = () => {
        take(connection)?.onFailure?.('ERR_TLS_HANDSHAKE_TIMEOUT')
        connection.destroy()
      }
      connection.setTimeout(handshakeTimeout, expire)
      peekClientHello(connection, (hello) => {
        connection.setTimeout(0, expire)
        if (hello !== undefined) reception.onClientHello?.(hello)
        begin()
      })
    },
    replaceTls: (tls) => server().setSecureContext(tls),
  }
}

/** The TCP connection that a TLS socket speaks over. Node has no public name for it, and a peer that has gone has no address. */
function connectionOf(socket: TLSSocket): Socket {
  return (socket as TLSSocket & { readonly _parent: Socket })._parent
}

/** Node says ECONNRESET for whoever hangs up, with a reset or without. */
function reasonOf({ code = 'unknown' }: NodeJS.ErrnoException): string {
  return code === 'ECONNRESET' ? 'closed' : code
}
