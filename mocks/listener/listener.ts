import { createServer, type Server, type Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { UsageError } from '../../fixtures/usage-error.ts'
import { handshakes, type ListenerTls } from './handshakes.ts'
import type { Reception } from './reception.ts'

export interface ListenerOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** For a sentence about a port that is taken: "the HTTPS listener of ss1". */
  readonly purpose: string
  /** Absent for plain TCP. */
  readonly tls?: ListenerTls
  /** Asked at each arrival, before the handshake. */
  receive(): Reception
}

export interface RunningListener {
  readonly port: number
  /** New handshakes use these options; sessions of the old ones are not resumed. */
  replaceTls(tls: SecureContextOptions): void
  stop(): Promise<void>
}

/** Listens on one address, keeps book of the connections, and closes them all when it stops. */
export async function startListener(options: ListenerOptions): Promise<RunningListener> {
  const connections = new Set<Socket>()
  const track = (socket: Socket) => {
    connections.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => connections.delete(socket))
  }
  const secure = options.tls === undefined ? undefined : handshakes(options.tls)
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    track(socket)
    const reception = options.receive()
    if (secure === undefined) reception.onConnection(socket, undefined)
    else secure.begin(socket, reception)
  })
  await listen(server, options)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has an address and a port')
  return {
    port: address.port,
    replaceTls: (tls) => secure?.replaceTls(tls),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of connections) socket.destroy()
      }),
  }
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
