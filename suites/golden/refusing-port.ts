import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface RefusingPort {
  readonly port: number
  release(): void
}

/**
 * Holds a port of loopback that refuses connections: it is one end of a connection, so nobody listens there, and nobody
 * else on the machine can begin to.
 */
export async function holdRefusingPort(): Promise<RefusingPort> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const otherEnd = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const ends = [socket, await otherEnd]
  server.close()
  return {
    port: (socket.address() as AddressInfo).port,
    release() {
      for (const end of ends) end.destroy()
    },
  }
}
