import type { Outcome, RawResponse } from './golden-case.ts'
import { framingOf, readBody, readHead } from './message-reader.ts'

/** An answer and how many bytes it took. */
export interface ReadAnswer {
  readonly response: RawResponse
  readonly length: number
}

/** Why no more bytes come. */
export type Ended = 'closed' | 'reset' | 'timeout'

const outcomeOf: Record<Ended, Outcome> = { closed: 'truncated', reset: 'reset', timeout: 'timeout' }

/**
 * Reads one answer, with the interim answers before it, from the start of the buffer. Undefined while more bytes can
 * make it complete; once `ended` is given there is always a result.
 */
export function readAnswer(buffer: Buffer, method: string, ended: Ended | undefined): ReadAnswer | undefined {
  const interim: number[] = []
  let at = 0
  for (;;) {
    const rest = buffer.subarray(at)
    const head = readHead(rest)
    if (head === undefined || !head.line.startsWith('HTTP/')) {
      if (ended !== undefined) return withoutAnswer(rest, ended, buffer.length)
      return undefined
    }
    const [version = '', code = '', ...reason] = head.line.split(' ')
    const status = Number.parseInt(code, 10)
    if (status >= 100 && status < 200 && status !== 101) {
      interim.push(status)
      at += head.length
      continue
    }
    const bodiless = method === 'HEAD' || status === 204 || status === 304 || status === 101
    const framing = bodiless ? 'none' : framingOf(head.headers, 'answer')
    const body = readBody(head.headers, framing, rest.subarray(head.length), ended === 'closed')
    if (!body.complete && ended === undefined) return undefined
    return {
      length: at + head.length + body.length,
      response: {
        outcome: body.complete ? 'complete' : outcomeOf[ended ?? 'closed'],
        status,
        reason: reason.join(' '),
        version,
        headers: head.headers,
        framing,
        body: body.bytes,
        closed: ended !== undefined,
        ...(interim.length > 0 ? { interim } : {}),
        ...(body.trailers.length > 0 ? { trailers: body.trailers } : {}),
      },
    }
  }
}

/** The end came before a complete head. */
function withoutAnswer(rest: Buffer, ended: Ended, length: number): ReadAnswer {
  const garbage = rest.length > 0 ? { garbage: rest } : {}
  const outcome = ended === 'closed' ? 'closed-without-response' : outcomeOf[ended]
  return { length, response: { outcome, status: null, closed: true, ...garbage } }
}
