import type { Offer } from './client-hello.ts'
import { greet } from './greet.ts'
import type { Greeted, Refused, Unanswered } from './greeting.ts'
import { greetSsl2, type Ssl2Greeted } from './ssl2.ts'
import type { TlsEndpoint } from './tls-endpoint.ts'
import { TlsProbeFailure } from './tls-probe-failure.ts'

export interface ProberLimits {
  /** Moment, as of performance.now(), at which all must be done. */
  readonly deadline: number
  /** Milliseconds that one greeting may take. */
  readonly greetingTimeout: number
  /** How many connections may be open at a time. */
  readonly concurrency: number
}

/** Greets one server many times within limits, and keeps count. Rejects with a TlsProbeFailure when time is up. */
export interface Prober {
  greet(offer: Offer, until?: 'hello' | 'flight'): Promise<Greeted | Refused>
  greetSsl2(): Promise<Ssl2Greeted | Refused>
  readonly connections: number
}

/** A silent or senseless answer counts as a refusal here: that the server can speak is known already. */
export function startProber(endpoint: TlsEndpoint, { deadline, greetingTimeout, concurrency }: ProberLimits): Prober {
  const waiting: (() => void)[] = []
  let open = 0
  let connections = 0
  return {
    greet: (offer, until = 'flight') => inTurn((timeout) => greet(endpoint, offer, { timeout, until })),
    greetSsl2: () => inTurn((timeout) => greetSsl2(endpoint, { timeout })),
    get connections() {
      return connections
    },
  }

  async function inTurn<Answer>(ask: (timeout: number) => Promise<Answer | Unanswered>): Promise<Answer | Refused> {
    if (open >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve))
    open += 1
    try {
      const left = deadline - performance.now()
      if (left <= 0) throw tooSlow()
      connections += 1
      const answer = await ask(Math.min(left, greetingTimeout))
      return isUnanswered(answer) ? refusalOf(answer) : answer
    } finally {
      open -= 1
      waiting.shift()?.()
    }
  }

  function refusalOf({ reason, detail }: Unanswered): Refused {
    if (performance.now() >= deadline) throw tooSlow()
    if (reason === 'unreachable' || reason === 'unresolved') throw new TlsProbeFailure('lost', detail)
    return { kind: 'refused', alert: reason }
  }

  function tooSlow(): TlsProbeFailure {
    return new TlsProbeFailure('unfinished', `${connections} connections`)
  }
}

function isUnanswered(answer: unknown): answer is Unanswered {
  return (answer as Unanswered).kind === 'unanswered'
}
