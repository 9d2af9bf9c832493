import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { type ByteSource, byteSource } from './byte-source.ts'

/**
 * Connections to providers, reused while they are fresh. One pool serves all clients and services of a server, as in the
 * reference. One that its provider has closed meanwhile is not used again; the reference does not look and fails. Neither
 * calls twice: a provider that closes just when the next request arrives makes that call fail.
 */
export interface ConnectionPool {
  acquire(destination: Destination): Promise<PooledConnection>
  close(): void
}

export interface Destination {
  readonly host: string
  readonly port: number
  /** Absent for plain HTTP. */
  readonly tls?: ConnectionOptions
  /** Milliseconds for connecting, handshake included. */
  readonly timeout: number
  /** Calls with the same pool share connections; see `verify`. */
  readonly pool: string
  /** Judges the TLS connection once, when it is new; what it throws refuses the connection. */
  verify?(socket: TLSSocket): void
}

export interface PooledConnection {
  readonly socket: Socket | TLSSocket
  readonly source: ByteSource
  /** Gives the connection back for another call, or ends it. */
  release(keep: boolean): void
}

/** How long a connection to a provider may rest in the pool: the reference closes what has been idle for 50 ms. */
const restMilliseconds = 50

interface Connection {
  readonly socket: Socket
  readonly source: ByteSource
  /** Ends the rest of a connection that nobody wants back. */
  timer?: NodeJS.Timeout
}

/** A pool of connections that may rest for some milliseconds. */
export function connectionPool(rests: number = restMilliseconds): ConnectionPool {
  const resting = new Map<string, Connection[]>()
  const open = new Set<Socket>()

  function take(key: string): Connection | undefined {
    const connections = resting.get(key)
    for (let connection = connections?.pop(); connection !== undefined; connection = connections?.pop()) {
      clearTimeout(connection.timer)
      const { socket, source } = connection
      if (!socket.destroyed && !socket.readableEnded && source.take() === undefined) return connection
      socket.destroy()
    }
    resting.delete(key)
    return undefined
  }

  function rest(key: string, connection: Connection): void {
    connection.timer = setTimeout(() => connection.socket.destroy(), rests)
    const connections = resting.get(key)
    if (connections === undefined) resting.set(key, [connection])
    else connections.push(connection)
  }

  async function openNew(key: string, destination: Destination): Promise<Connection> {
    const socket = await connect(destination)
    const connection: Connection = { socket, source: byteSource(socket) }
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      clearTimeout(connection.timer)
      const others = resting.get(key)?.filter((other) => other !== connection) ?? []
      if (others.length > 0) resting.set(key, others)
      else resting.delete(key)
    })
    return connection
  }

  return {
    async acquire(destination) {
      const key = JSON.stringify([destination.tls === undefined, destination.host, destination.port, destination.pool])
      const connection = take(key) ?? (await openNew(key, destination))
      return {
        ...connection,
        release(keep) {
          if (keep && !connection.socket.destroyed) rest(key, connection)
          else connection.socket.destroy()
        },
      }
    },
    close() {
      for (const socket of open) socket.destroy()
    },
  }
}

/** A connection that was not made in time. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout'
}

function connect(destination: Destination): Promise<Socket> {
  const { host, port, tls, timeout } = destination
  // Reserved for names that do not exist (RFC 6761), which a resolver may take seconds to find out.
  if (host.endsWith('.invalid')) {
    return Promise.reject(Object.assign(new Error(`${host} does not exist`), { code: 'ENOTFOUND' }))
  }
  return new Promise((resolve, reject) => {
    const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ...tls })
    socket.setNoDelay(true)
    const timer =
      timeout > 0 ? setTimeout(() => socket.destroy(new ConnectTimeout('connect timed out')), timeout) : undefined
    const settle = (error?: Error) => {
      clearTimeout(timer)
      socket.off('error', settle)
      socket.off('close', closed)
      if (error === undefined) return resolve(socket)
      socket.destroy()
      reject(error)
    }
    const closed = () => settle(new Error('Remote host terminated the handshake'))
    socket.once('error', settle)
    socket.once('close', closed)
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      try {
        if (tls !== undefined) destination.verify?.(socket as TLSSocket)
        settle()
      } catch (error) {
        settle(error as Error)
      }
    })
  })
}
