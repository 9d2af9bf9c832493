import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the numbers that systems hand out to whoever asks for any port: nobody takes one of these by chance. Engines hand
// out numbers too, but some of them fail where another program listens already.
const lowest = 20_000
const highest = 32_000

/** Numbers of loopback ports, different ones, that nobody listens on now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(lowest, highest)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
