import { once } from 'node:events'
import type { Server } from 'node:net'
import { urlHost } from '../../fixtures/url-host.ts'
import { UsageError } from '../../fixtures/usage-error.ts'

/** An address to listen on, and what is said where that cannot be. */
export interface ListeningPlace {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** Who listens: "the HTTPS listener of ss1". */
  readonly purpose: string
  /** Where host and port are written: "in centralServer of the topology"; left out where that is plain. */
  readonly writtenIn?: string
}

/** Resolves to the port once the server listens there; rejects with a UsageError if it cannot, with its remedy. */
export async function listenOn(server: Server, place: ListeningPlace): Promise<number> {
  server.listen({ host: place.host, port: place.port })
  try {
    await once(server, 'listening')
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, place)
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has an address and a port')
  return address.port
}

function listenError(cause: NodeJS.ErrnoException, { host, port, purpose, writtenIn }: ListeningPlace): Error {
  const address = `${urlHost(host)}:${port}`
  const where = writtenIn === undefined ? '' : ` ${writtenIn}`
  const refuse = (why: string, remedy: string) =>
    new UsageError(`${purpose} cannot use ${address}: ${why}; ${remedy}${where}`, { cause })
  switch (cause.code) {
    case 'EADDRINUSE':
      return refuse('the port is taken', 'stop what listens there or write another port')
    case 'EACCES':
      return refuse('this user may not', 'write a port above 1023')
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'ENOTFOUND':
      return refuse('this machine has no such address', 'write 127.0.0.1')
    default:
      return cause
  }
}
