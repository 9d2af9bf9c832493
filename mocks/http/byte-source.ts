import type { Duplex } from 'node:stream'

/** Bytes as they arrive on a connection, read on demand: what is not asked for stays in the kernel. */
export interface ByteSource {
  /** The next bytes; undefined at the end of the stream. Rejects with IdleError after `timeout` milliseconds, or with the socket's error. */
  read(timeout: number): Promise<Buffer | undefined>
  /** Bytes that are here already, or undefined. */
  take(): Buffer | undefined
  /** Whether there are any. */
  holds(): boolean
  /** Puts bytes back in front. */
  unread(bytes: Buffer): void
}

export class IdleError extends Error {
  override readonly name = 'IdleError'
  /** Milliseconds that were waited. */
  readonly time: number

  constructor(time: number) {
    super(`no byte for ${time} ms`)
    this.time = time
  }
}

/** How many bytes may wait unread before the peer is made to wait. */
const highWaterMark = 256 * 1024

export function byteSource(socket: Duplex): ByteSource {
  const queue: Buffer[] = []
  let queued = 0
  let ended = false
  let failure: Error | undefined
  let wake: (() => void) | undefined

  socket.on('data', (chunk: Buffer) => {
    queue.push(chunk)
    queued += chunk.length
    if (queued > highWaterMark) socket.pause()
    wake?.()
  })
  socket.on('end', () => {
    ended = true
    wake?.()
  })
  socket.on('error', (error) => {
    failure ??= error
    wake?.()
  })
  socket.on('close', () => {
    ended = true
    wake?.()
  })

  function take(): Buffer | undefined {
    const chunk = queue.shift()
    if (chunk === undefined) return undefined
    queued -= chunk.length
    if (queued <= highWaterMark && socket.isPaused()) socket.resume()
    return chunk
  }

  function arrival(timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const expire = () => {
        if (wake !== arrived) return
        wake = undefined
        reject(new IdleError(timeout))
      }
      // A busy process may find the time over before it has looked for bytes that have long been here.
      const timer = setTimeout(() => setImmediate(expire), timeout)
      const arrived = () => {
        wake = undefined
        clearTimeout(timer)
        resolve()
      }
      wake = arrived
    })
  }

  return {
    take,
    holds: () => queued > 0,
    unread(bytes) {
      if (bytes.length === 0) return
      queue.unshift(bytes)
      queued += bytes.length
    },
    async read(timeout) {
      for (;;) {
        const chunk = take()
        if (chunk !== undefined) return chunk
        if (failure !== undefined) throw failure
        if (ended) return undefined
        await arrival(timeout)
      }
    },
  }
}

/** The next bytes as `read` gives them, `most` at the most: what follows them stays for whoever reads next. */
export async function readAtMost(source: ByteSource, most: number, timeout: number): Promise<Buffer | undefined> {
  const bytes = await source.read(timeout)
  if (bytes === undefined || bytes.length <= most) return bytes
  source.unread(bytes.subarray(most))
  return bytes.subarray(0, most)
}
