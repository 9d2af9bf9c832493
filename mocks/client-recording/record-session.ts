import { setTimeout as delay } from 'node:timers/promises'
import type { Connection, MockState } from '../../fixtures/connection.ts'
import type { RunningEnvironment } from '../environment.ts'

/** What happened while a client was at work. */
export interface Session {
  readonly state: MockState
  /** How many of its calls have been forgotten, because too many others followed. */
  readonly forgotten: number
}

/** Milliseconds without anything new after which nothing more is expected, and those for which that is waited for. */
const quiet = 100
const patience = 2000

/** Lets a client do its work, and tells what it did by then. */
export async function recordSession(environment: RunningEnvironment, work: () => Promise<void>): Promise<Session> {
  const { exchanges, connections } = environment
  const before = {
    exchange: lastNumber(exchanges.all()),
    connection: lastNumber(connections.all()),
    exchanges: exchanges.all().length,
    forgotten: exchanges.forgotten(),
  }
  const state = () => ({
    exchanges: exchanges.all().filter(({ number }) => number > before.exchange),
    connections: connections.all().filter(({ number }) => number > before.connection),
  })
  await work()
  await settle(state)
  // The oldest are forgotten first: those from before.
  const forgotten = Math.max(0, exchanges.forgotten() - before.forgotten - before.exchanges)
  return { state: structuredClone(state()), forgotten }
}

/** Who sends and leaves has done so before it is received: waits until what has come is dealt with, and nothing new comes. */
async function settle(state: () => MockState): Promise<void> {
  const end = performance.now() + patience
  let before: string | undefined
  while (performance.now() < end) {
    const now = state()
    const { exchanges, connections } = now
    const called = new Set(exchanges.map(({ connection }) => connection))
    const pending = connections.filter((connection) => isPending(connection) && !called.has(connection.number))
    const seen = [lastNumber(exchanges), exchanges.length, lastNumber(connections), pending.length].join(' ')
    if (seen === before && pending.length === 0) return
    before = seen
    await delay(quiet)
  }
}

/** Whether a connection shakes hands, or has brought something of which no call has come yet. */
function isPending({ clientHello, handshake, receivedBytes }: Connection): boolean {
  return receivedBytes || (clientHello !== undefined && handshake === undefined)
}

function lastNumber(entries: readonly { readonly number: number }[]): number {
  return entries.reduce((last, { number }) => Math.max(last, number), 0)
}
