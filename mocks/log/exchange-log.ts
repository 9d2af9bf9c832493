import type { Exchange, RecordedBody } from '../../fixtures/exchange.ts'
import type { Body } from '../message/body.ts'
import { type EntryWatch, entryWatch } from './entry-watch.ts'

/** What the mock saw, newest last; the oldest are forgotten beyond the limit. */
export interface ExchangeLog {
  all(): readonly Exchange[]
  /** How many were forgotten because too many others followed. */
  forgotten(): number
  clear(): void
  /** Resolves with the first exchange, seen or to come, that matches; rejects after the time limit (milliseconds). */
  readonly waitFor: EntryWatch<Exchange>['waitFor']
}

/** An exchange that is still going on. */
export type ExchangeDraft = { -readonly [Key in keyof Exchange]: Exchange[Key] } & {
  providerCalls: Exchange['providerCalls'][number][]
}

export interface RecordingLog extends ExchangeLog {
  begin(facts: Pick<Exchange, 'connection' | 'server' | 'listener' | 'protocol' | 'tls' | 'request'>): ExchangeDraft
  finish(draft: ExchangeDraft): void
}

/** How many exchanges, and how many connections, are remembered unless told otherwise. */
export const entryLimit = 2000
/** Characters of heads and recorded bodies kept in all, so that a load of large messages fills no memory. */
const sizeLimit = 32 * 1024 * 1024
const bodyLimit = 64 * 1024

export function exchangeLog(limit = entryLimit): RecordingLog {
  let exchanges: Exchange[] = []
  let size = 0
  let number = 0
  let forgotten = 0
  const watch = entryWatch<Exchange>('exchange', () => exchanges)
  return {
    all: () => exchanges,
    forgotten: () => forgotten,
    clear() {
      exchanges = []
      size = 0
    },
    begin(facts) {
      number += 1
      return { number, ...facts, providerCalls: [] }
    },
    finish(draft) {
      exchanges.push(draft)
      size += sizeOf(draft)
      if (exchanges.length > limit || size > sizeLimit) {
        const kept = exchanges.slice(-Math.ceil(exchanges.length / 2))
        forgotten += exchanges.length - kept.length
        exchanges = kept
        size = exchanges.reduce((sum, exchange) => sum + sizeOf(exchange), 0)
      }
      watch.notify(draft)
    },
    waitFor: watch.waitFor,
  }
}

function sizeOf({ request, response, providerCalls }: Exchange): number {
  const messages = [request, ...(response === undefined ? [] : [response]), ...providerCalls]
  return messages.reduce((sum, message) => sum + sizeOfMessage(message), request.target.length)
}

function sizeOfMessage({ headers, body }: Pick<Exchange['request'], 'headers' | 'body'>): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length, body.base64.length)
}

/** A body, or the beginning of a large one, for the record. */
export function recordBody(body: Body): RecordedBody {
  const kept = body.bytes?.subarray(0, bodyLimit) ?? Buffer.alloc(0)
  return { length: body.length, base64: kept.toString('base64') }
}
