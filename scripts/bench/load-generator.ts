import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import autocannon from 'autocannon'
import { answerWindow, type Latency } from './answer-window.ts'
import type { CallerCredential, NegotiatedTls } from './first-answer.ts'
import { type HotPathName, hotPaths, isRightAnswer } from './hot-path.ts'
import { answerParent } from './parent-port.ts'
import { cpuShare, readUsage } from './process-usage.ts'

/** Sends load in a process of its own: one that also served it would spend half its time on being asked. */
export type LoadGenerator = typeof offers

export interface LoadOrder {
  readonly url: string
  readonly path: HotPathName
  readonly caller: CallerCredential
  /** Offered alone, so that every server is called with the same. */
  readonly tls: NegotiatedTls
  readonly connections: number
  /** Seconds from when every connection has had its first answer: handshakes are not what is measured. */
  readonly seconds: number
  /** Requests per second over all connections. Absent: each connection sends as soon as it has its answer. */
  readonly rate?: number
}

export interface LoadSample {
  readonly requestsPerSecond: number
  /**
   * At full speed measured to the microsecond, but a stall keeps further requests from being sent and so from being
   * counted. At a given rate corrected for that by autocannon, in whole milliseconds.
   */
  readonly latency: Latency
  /** Share of one core. */
  readonly cpu: number
  /** What was wrong, one sentence each; a sample with any means nothing. */
  readonly failures: readonly string[]
}

/** Seconds until every connection must have had an answer. */
const patience = 20

const offers = {
  async sample({ url, path, caller, tls, connections, seconds, rate }: LoadOrder): Promise<LoadSample> {
    const { method, target, headers, body, title } = hotPaths[path]
    const before = readUsage()
    let wrongBody: string | undefined
    const options: autocannon.Options = {
      url: url + target,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      connections,
      duration: patience + seconds,
      sampleInt: 20,
      bailout: 1,
      ...(rate === undefined ? {} : { overallRate: rate }),
      // PEM texts: autocannon clones its options deeply, and a SecureContext does not survive that.
      tlsOptions: {
        cert: caller.certificate,
        key: caller.key,
        minVersion: tls.version,
        maxVersion: tls.version,
        ciphers: tls.cipher,
      },
      verifyBody(answer) {
        const right = isRightAnswer(hotPaths[path], String(answer))
        if (!right) wrongBody ??= String(answer)
        return right
      },
    }
    const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>()
    const connectionsOpened = countConnections()
    const run = autocannon(options, (error: unknown, result) => (error === null ? resolve(result) : reject(error)))
    const window = answerWindow(connections, seconds, () => run.stop())
    run.on('response', (connection, _status, _bytes, milliseconds) => window.note(connection, milliseconds))
    const result = await promise.finally(window.abandon)
    const opened = connectionsOpened()
    const failures = describeFailures(result, wrongBody)
    if (failures.length === 0 && window.connections < connections) {
      failures.push(`only ${window.connections} of ${connections} connections had an answer within ${patience} s`)
    }
    if (failures.length === 0 && opened > connections) {
      failures.push(`${opened - connections} connections were closed by the server instead of kept alive`)
    }
    return {
      requestsPerSecond: window.answersPerSecond,
      latency: rate === undefined ? window.latency : pick(result.latency),
      cpu: cpuShare(before, readUsage()),
      failures: failures.map((failure) => `${title} at ${url}: ${failure}`),
    }
  },
}

/** Counts what this process connects to from now on; the result stops counting. */
function countConnections(): () => number {
  // autocannon connects again without a word when a server closes, and would then measure handshakes.
  let opened = 0
  const count = () => {
    opened += 1
  }
  subscribe('net.client.socket', count)
  return () => {
    unsubscribe('net.client.socket', count)
    return opened
  }
}

function describeFailures(result: autocannon.Result, wrongBody: string | undefined): string[] {
  const { non2xx, errors, timeouts, mismatches, statusCodeStats = {} } = result
  return [
    ...(errors > 0 ? [`${errors} connection errors, ${timeouts} of them timeouts`] : []),
    ...(non2xx > 0 ? [`${non2xx} answers had no status 2xx, but ${Object.keys(statusCodeStats).join(', ')}`] : []),
    ...(mismatches > 0 ? [`${mismatches} wrong bodies, the first: ${wrongBody?.slice(0, 300)}`] : []),
  ]
}

function pick({ p50, p97_5, p99 }: autocannon.Histogram): Latency {
  return { p50, p97_5, p99 }
}

answerParent(offers)
