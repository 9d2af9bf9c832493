import type { Read } from './read-whole.ts'
import { TransportError } from './transport-error.ts'

/** Milliseconds in which a message may arrive however slowly, and the bytes per millisecond that it must reach after them. */
const grace = 60_000
const leastRate = 1

/** Bytes of one whole message; a part of it has its own limit. */
const sizeLimit = 4 * 1024 * 1024 * 1024

/** Reads on while a peer keeps pace: one that drips a byte now and then, or never ends, does not hold a connection. */
export function readPaced(read: Read, now: () => number = () => performance.now()): Read {
  const start = now()
  let total = 0
  return async () => {
    const bytes = await read()
    total += bytes?.length ?? 0
    if (total > sizeLimit) throw new TransportError(`a message of more than ${sizeLimit} bytes`)
    if (now() - start > grace + total / leastRate) throw new TransportError('the message arrives too slowly')
    return bytes
  }
}
