import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { type ByteSource, byteSource } from './byte-source.ts'

/** Connections to providers, reused while they are fresh. One pool serves all clients and services of a server, as in the reference. */
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
  /** Judges the TLS connection once, when it is new; what it throws refuses the connection. */
  verify?(socket: TLSSocket): void
}

export interface PooledConnection {
  readonly socket: Socket | TLSSocket
  readonly source: ByteSource
  readonly reused: boolean
  /** Gives the connection back for another call, or ends it. */
  release(keep: boolean): void
}

/** How long a connection may rest in the pool: the reference closes what has been idle for 50 ms. */
const restMilliseconds = 50

export function connectionPool(): ConnectionPool {
  const resting = new Map<string, { socket: Socket; source: ByteSource; timer: NodeJS.Timeout }[]>()
  const open = new Set<Socket>()

  function rest(key: string, socket: Socket, source: ByteSource): void {
    const entry = { socket, source, timer: setTimeout(() => socket.destroy(), restMilliseconds) }
    const list = resting.get(key) ?? []
    list.push(entry)
    resting.set(key, list)
    socket.once('close', () => {
      clearTimeout(entry.timer)
      const index = list.indexOf(entry)
      if (index >= 0) list.splice(index, 1)
    })
  }

  return {
    async acquire(destination) {
      const key = `${destination.tls === undefined ? 'http' : 'https'}://${destination.host}:${destination.port}`
      for (let entry = resting.get(key)?.pop(); entry !== undefined; entry = resting.get(key)?.pop()) {
        clearTimeout(entry.timer)
        if (entry.socket.destroyed || entry.socket.readableEnded || entry.source.take() !== undefined) {
          entry.socket.destroy()
          continue
        }
        return pooled(key, entry.socket, entry.source, true)
      }
      const socket = await connect(destination)
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      return pooled(key, socket, byteSource(socket), false)
    },
    close() {
      for (const socket of open) socket.destroy()
    },
  }

  function pooled(key: string, socket: Socket, source: ByteSource, reused: boolean): PooledConnection {
    return {
      socket,
      source,
      reused,
      release(keep) {
        if (keep && !socket.destroyed) rest(key, socket, source)
        else socket.destroy()
      },
    }
  }
}

/** A connection that was not made in time. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout'
}

function connect(destination: Destination): Promise<Socket> {
  const { host, port, tls, timeout } = destination
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
