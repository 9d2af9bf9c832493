import type { Exchange, RecordedBody } from '../../fixtures/exchange.ts'
import type { Body } from '../message/body.ts'

/** What the mock saw, newest last; the oldest are forgotten beyond the limit. */
export interface ExchangeLog {
  all(): readonly Exchange[]
  clear(): void
  /** Resolves with the first exchange, seen or to come, that matches; rejects after the time limit (milliseconds). */
  waitFor(match: (exchange: Exchange) => boolean, options?: { readonly timeout?: number }): Promise<Exchange>
}

/** An exchange that is still going on. */
export type ExchangeDraft = { -readonly [Key in keyof Exchange]: Exchange[Key] } & {
  providerCalls: Exchange['providerCalls'][number][]
}

export interface RecordingLog extends ExchangeLog {
  begin(facts: Pick<Exchange, 'server' | 'listener' | 'protocol' | 'tls' | 'request'>): ExchangeDraft
  finish(draft: ExchangeDraft): void
}

const exchangeLimit = 2000
const bodyLimit = 64 * 1024

export function exchangeLog(): RecordingLog {
  let exchanges: Exchange[] = []
  let number = 0
  const waiting = new Set<(exchange: Exchange) => void>()
  return {
    all: () => exchanges,
    clear() {
      exchanges = []
    },
    begin(facts) {
      number += 1
      return { number, ...facts, providerCalls: [] }
    },
    finish(draft) {
      exchanges.push(draft)
      if (exchanges.length > exchangeLimit) exchanges = exchanges.slice(-exchangeLimit / 2)
      for (const notify of waiting) notify(draft)
    },
    waitFor(match, { timeout = 5000 } = {}) {
      const seen = exchanges.find(match)
      if (seen !== undefined) return Promise.resolve(seen)
      return new Promise((resolve, reject) => {
        const notify = (exchange: Exchange) => {
          if (!match(exchange)) return
          clearTimeout(timer)
          waiting.delete(notify)
          resolve(exchange)
        }
        const timer = setTimeout(() => {
          waiting.delete(notify)
          reject(new Error(`no exchange matched within ${timeout} ms; ${exchanges.length} others were seen`))
        }, timeout)
        waiting.add(notify)
      })
    },
  }
}

/** A body, or the beginning of a large one, for the record. */
export function recordBody(body: Body): RecordedBody {
  const kept = body.bytes?.subarray(0, bodyLimit) ?? Buffer.alloc(0)
  return { length: body.length, base64: kept.toString('base64') }
}
