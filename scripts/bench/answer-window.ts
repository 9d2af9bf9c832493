import { createHistogram } from 'node:perf_hooks'

/** Milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p97_5: number
  readonly p99: number
}

/** The time in which answers are counted: from when every connection has had one, for as long as was asked. */
export interface AnswerWindow {
  /** Notes an answer and how many milliseconds it took. */
  note(connection: object, milliseconds: number): void
  /** How many connections have had an answer. */
  readonly connections: number
  /** 0 unless the window has been opened and closed. */
  readonly answersPerSecond: number
  readonly latency: Latency
  /** Forgets a window that is still open. */
  abandon(): void
}

export function answerWindow(connections: number, seconds: number, onClose: () => void): AnswerWindow {
  const microseconds = createHistogram()
  const answered = new Set<object>()
  let timer: NodeJS.Timeout | undefined
  let begin: number | undefined
  let end: number | undefined
  const open = () => {
    begin = performance.now()
    timer = setTimeout(() => {
      end = performance.now()
      onClose()
    }, seconds * 1000)
  }
  const percentile = (percent: number) => microseconds.percentile(percent) / 1000
  return {
    note(connection, milliseconds) {
      if (begin === undefined) {
        if (answered.add(connection).size === connections) open()
      } else if (end === undefined) {
        microseconds.record(Math.max(1, Math.round(milliseconds * 1000)))
      }
    },
    get connections() {
      return answered.size
    },
    get answersPerSecond() {
      return begin === undefined || end === undefined ? 0 : (microseconds.count * 1000) / (end - begin)
    },
    get latency() {
      return { p50: percentile(50), p97_5: percentile(97.5), p99: percentile(99) }
    },
    abandon: () => clearTimeout(timer),
  }
}
