import { connect, createServer, type Socket } from 'node:net'

/** A port that leads to another and counts who comes through. */
export interface CountingForwarder extends AsyncDisposable {
  readonly port: number
  readonly connections: number
}

export async function startCountingForwarder(target: number): Promise<CountingForwarder> {
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (outer) => {
    connections += 1
    const inner = connect({ host: '127.0.0.1', port: target, noDelay: true, allowHalfOpen: true })
    join(outer, inner)
    join(inner, outer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }

  function join(from: Socket, to: Socket): void {
    open.add(from)
    from.once('close', () => {
      open.delete(from)
      to.destroy()
    })
    from.on('error', () => to.destroy()).pipe(to)
  }
}
