import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls'
import { UsageError } from '../../fixtures/usage-error.ts'
import { readTlsIdentity, type TlsIdentity } from './tls-identity.ts'

export interface ListenerOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** For a sentence about a port that is taken: "the HTTPS listener of ss1". */
  readonly purpose: string
  /** Absent for plain TCP. Client certificates are asked for unless said otherwise, and none is refused by the handshake. */
  readonly tls?: ListenerTls
  onConnection(socket: Socket | TLSSocket, identity: TlsIdentity | undefined): void
}

export interface ListenerTls extends SecureContextOptions {
  readonly requestCert?: boolean
  /** Refuses callers without a certificate that an authority of `ca` has issued; no caller is refused by default. */
  readonly rejectUnauthorized?: boolean
}

export interface RunningListener {
  readonly port: number
  /** New handshakes use these options; sessions of the old ones are not resumed. */
  replaceTls(tls: SecureContextOptions): void
  stop(): Promise<void>
}

/** Milliseconds a handshake may take. */
const handshakeTimeout = 30_000

/** Listens on one address, keeps book of the connections, and closes them all when it stops. */
export async function startListener(options: ListenerOptions): Promise<RunningListener> {
  const connections = new Set<Socket>()
  const track = (socket: Socket) => {
    connections.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => connections.delete(socket))
  }
  let secure: TlsServer | undefined
  // Made for the first connection: a context takes more memory than all the rest, and many listeners are never called.
  const tls = (context: ListenerTls) => {
    secure ??= tlsServer(options, context)
    return secure
  }
  const server = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    track(socket)
    if (options.tls === undefined) options.onConnection(socket, undefined)
    else tls(options.tls).emit('connection', socket)
  })
  await listen(server, options)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has an address and a port')
  return {
    port: address.port,
    replaceTls: (context) => tls(options.tls ?? context).setSecureContext(context),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of connections) socket.destroy()
      }),
  }
}

function tlsServer({ onConnection }: ListenerOptions, context: ListenerTls): TlsServer {
  const server = createTlsServer({
    requestCert: true,
    rejectUnauthorized: false,
    ...context,
    handshakeTimeout,
    allowHalfOpen: true,
  })
  server.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy())
    onConnection(socket, readTlsIdentity(socket))
  })
  // A failed handshake is an alert to the peer and nothing to us.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

function listen(server: Server, { host, port, purpose }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, `${host}:${port}`, purpose)))
    server.listen({ host, port }, resolve)
  })
}

function listenError(error: NodeJS.ErrnoException, address: string, purpose: string): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new UsageError(
        `${purpose} cannot use ${address}: the port is taken; stop what listens there or write another port`,
      )
    case 'EACCES':
      return new UsageError(`${purpose} cannot use ${address}: this user may not; write a port above 1023`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UsageError(`${purpose} cannot use ${address}: this machine has no such address; write 127.0.0.1`)
    default:
      return error
  }
}
