import type { Connection } from '../../fixtures/connection.ts'
import { type EntryWatch, entryWatch } from './entry-watch.ts'
import { entryLimit } from './exchange-log.ts'

/** The connections that information systems have made, newest last; the oldest are forgotten beyond the limit. */
export interface ConnectionLog {
  /** Those that still go on included, as they are now. */
  all(): readonly Connection[]
  clear(): void
  /** Resolves with the first connection, seen or to come, that matches; rejects after the time limit (milliseconds). */
  readonly waitFor: EntryWatch<Connection>['waitFor']
}

/** What one connection does is noted here. */
export interface ConnectionRecord {
  readonly number: number
  note(facts: Partial<Pick<Connection, 'clientHello' | 'handshake' | 'receivedBytes'>>): void
}

export interface RecordingConnections extends ConnectionLog {
  /** A connection that has just arrived. */
  begin(facts: Pick<Connection, 'server' | 'listener'>): ConnectionRecord
}

export function connectionLog(limit = entryLimit): RecordingConnections {
  let connections: Connection[] = []
  let count = 0
  const watch = entryWatch<Connection>('connection', () => connections)
  return {
    all: () => connections,
    clear() {
      connections = []
    },
    begin(facts) {
      count += 1
      const connection: Connection = { number: count, ...facts, receivedBytes: false }
      connections.push(connection)
      if (connections.length > limit) connections = connections.slice(-Math.ceil(limit / 2))
      watch.notify(connection)
      return {
        number: connection.number,
        note(facts) {
          Object.assign(connection, facts)
          watch.notify(connection)
        },
      }
    },
    waitFor: watch.waitFor,
  }
}
