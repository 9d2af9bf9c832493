import { randomBytes } from 'node:crypto'
import { clientHello, type Offer } from './client-hello.ts'
import { exchangeBytes } from './exchange-bytes.ts'
import { flightReader } from './flight-reader.ts'
import type { Greeting } from './greeting.ts'
import type { TlsEndpoint } from './tls-endpoint.ts'

export interface GreetOptions {
  /** Milliseconds for connection and answer together. */
  readonly timeout?: number
  /** `hello` waits for the ServerHello only, which is enough to learn version and suite. */
  readonly until?: 'hello' | 'flight'
}

/** Sends one ClientHello on a connection of its own and tells what came back. Never rejects for what the server does. */
export function greet(endpoint: TlsEndpoint, offer: Offer, options: GreetOptions = {}): Promise<Greeting> {
  const { timeout = 10_000, until = 'flight' } = options
  const reader = flightReader(until)
  return exchangeBytes<Greeting>(endpoint, {
    say: clientHello(offer, randomBytes(32)),
    hear: reader.push,
    ended: { kind: 'refused', alert: 'closed' },
    timeout,
  })
}
