import type { Target } from '../target/target.ts'

/** What gives a scenario more to see of TLS than that a call is answered. */
const windows: readonly (string | symbol)[] = [
  'connect',
  'endpoint',
  'exportedCertificate',
  'provider',
  'peerEndpoint',
  'askPeer',
] satisfies (keyof Target)[]

const client: keyof Target = 'clientUnderTest'

/** A target, and what a scenario has looked at beside the answers to its calls. */
export interface WatchedTarget {
  readonly target: Target
  looksAtTls(): boolean
  looksAtClient(): boolean
}

/** The same target, which remembers what of it has been used. */
export function watchTarget(target: Target): WatchedTarget {
  const used = new Set<string | symbol>()
  const watched = new Proxy(target, {
    get(original, name, receiver) {
      used.add(name)
      return Reflect.get(original, name, receiver)
    },
  })
  return {
    target: watched,
    looksAtTls: () => windows.some((name) => used.has(name)),
    looksAtClient: () => used.has(client),
  }
}
