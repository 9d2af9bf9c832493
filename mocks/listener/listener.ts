import { createServer, type Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { handshakes, type ListenerTls } from './handshakes.ts'
import { type ListeningPlace, listenOn } from './listen-on.ts'
import type { Reception } from './reception.ts'

export interface ListenerOptions extends ListeningPlace {
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

/** Listens on one address, keeps book of the connections, and closes them all when it stops. Rejects as `listenOn` does. */
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
  const port = await listenOn(server, options)
  return {
    port,
    replaceTls: (tls) => secure?.replaceTls(tls),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of connections) socket.destroy()
      }),
  }
}
