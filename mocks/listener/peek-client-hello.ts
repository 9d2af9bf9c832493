import type { Socket } from 'node:net'
import type { ClientHello } from '../../fixtures/connection.ts'
import { type FirstBytes, readFirstBytes } from './client-hello.ts'

/**
 * Waits for the ClientHello of a connection and puts its bytes back in front, so that the handshake goes on as if nobody
 * had looked. `then` is called at once when something else comes; never when the connection fails before.
 */
export function peekClientHello(socket: Socket, then: (hello: ClientHello | undefined) => void): void {
  let bytes: Buffer = Buffer.alloc(0)
  const look = () => {
    const chunk: Buffer | null = socket.read()
    if (chunk !== null) bytes = Buffer.concat([bytes, chunk])
    // Nothing to read is the end of the stream; that, too, is the handshake's to answer.
    const first: FirstBytes = chunk === null ? { kind: 'other' } : readFirstBytes(bytes)
    if (first.kind === 'incomplete') return
    socket.off('readable', look)
    if (bytes.length > 0) socket.unshift(bytes)
    then(first.kind === 'hello' ? first.hello : undefined)
  }
  socket.on('readable', look)
}
