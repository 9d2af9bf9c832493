import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'

/** The first byte of a TLS handshake; no method of HTTP begins with it. */
const handshake = 0x16

/**
 * Hands connections to the port of HTTP that begin with a TLS handshake over to the HTTPS server: security servers make
 * addresses of HTTPS from those of HTTP, port and all. Returns what closes every connection to that port: neither server
 * knows those on which nothing has come yet, or whose handshake came to nothing.
 */
export function sharePort(http: Server, https: TlsServer, patience: number): () => void {
  const connections = new Set<Socket>()
  const serve = http.listeners('connection')
  http.removeAllListeners('connection')
  http.on('connection', (socket: Socket) => {
    const destroy = () => void socket.destroy()
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    socket.on('error', destroy)
    socket.setTimeout(patience, destroy)
    socket.once('readable', () => {
      const first: Buffer | null = socket.read(1)
      if (first === null) return destroy()
      socket.unshift(first)
      // The timer stays there: a socket whose handshake comes to nothing is closed by nobody else.
      if (first[0] === handshake) return void https.emit('connection', socket)
      socket.setTimeout(0)
      socket.off('timeout', destroy)
      socket.off('error', destroy)
      for (const listener of serve) listener.call(http, socket)
    })
  })
  return () => {
    for (const socket of connections) socket.destroy()
  }
}
