import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { suiteCodes } from '../../fixtures/tls/cipher-suites.ts'
import type { Offer } from './client-hello.ts'
import { exchangeBytes } from './exchange-bytes.ts'
import { greet } from './greet.ts'
import type { Greeting, Unanswered } from './greeting.ts'
import { greetSsl2 } from './ssl2.ts'
import type { TlsEndpoint } from './tls-endpoint.ts'
import { TlsProbeFailure } from './tls-probe-failure.ts'

const tolerantOffer: Offer = { version: 'TLSv1.3', oldest: 'TLSv1', suites: Object.keys(suiteCodes).slice(0, 120) }
const oldOffer: Offer = { version: 'SSLv3', suites: Object.keys(suiteCodes).slice(0, 60) }

/** The address of a server that answers in some version of TLS or SSL. Rejects with a TlsProbeFailure that says why there is none. */
export async function knock({ host, port }: TlsEndpoint, serverName: string | undefined, timeout: number) {
  const started = performance.now()
  const left = () => Math.max(1, timeout - (performance.now() - started))
  const offer = serverName === undefined ? tolerantOffer : { ...tolerantOffer, serverName }
  let failure: TlsProbeFailure | undefined
  for (const address of await resolve(host, left())) {
    const endpoint = { host: address, port }
    // Half of the time for the first question, and half for finding out why nobody answers.
    const answer = await greet(endpoint, offer, { timeout: left() / 2, until: 'hello' })
    if (speaks(answer)) return endpoint
    if (answer.kind === 'unanswered' && answer.reason === 'unreachable') {
      failure ??= new TlsProbeFailure('unreachable', answer.detail)
      continue
    }
    if (await speaksSsl(endpoint, left() * 0.8)) return endpoint
    throw await explain(endpoint, answer, left())
  }
  throw failure ?? new TlsProbeFailure('unresolved', host)
}

async function resolve(host: string, timeout: number): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  const stop = new AbortController()
  try {
    const late = wait(timeout, undefined, { signal: stop.signal }).then(() => {
      throw new TlsProbeFailure('unresolved', 'ETIMEDOUT')
    })
    const found = await Promise.race([lookup(host, { all: true }), late])
    return found.map(({ address }) => address)
  } catch (error) {
    if (error instanceof TlsProbeFailure) throw error
    throw new TlsProbeFailure('unresolved', (error as NodeJS.ErrnoException).code ?? String(error))
  } finally {
    stop.abort()
  }
}

function speaks(answer: Pick<Greeting, 'kind'>): boolean {
  return answer.kind === 'greeted' || (answer.kind === 'refused' && 'alert' in answer && answer.alert !== 'closed')
}

/** A server that knows nothing newer may hang up on, or keep silent about, what it does not know. */
async function speaksSsl(endpoint: TlsEndpoint, timeout: number): Promise<boolean> {
  const answers = await Promise.all([
    greet(endpoint, oldOffer, { timeout, until: 'hello' }),
    greetSsl2(endpoint, { timeout }),
  ])
  return answers.some(speaks)
}

/** Some HTTP servers hang up on a ClientHello, or wait for the rest of a line; a request shows what they are. */
async function explain(endpoint: TlsEndpoint, answer: Greeting, timeout: number): Promise<TlsProbeFailure> {
  const [reason, detail] = answer.kind === 'unanswered' ? [answer.reason, answer.detail] : (['closed', ''] as const)
  if (reason !== 'closed' && reason !== 'silent') return new TlsProbeFailure(reason, detail)
  const heard = await exchangeBytes<Unanswered>(endpoint, {
    say: Buffer.from('HEAD / HTTP/1.0\r\n\r\n'),
    hear: (chunk) =>
      chunk.subarray(0, 5).toString('latin1') === 'HTTP/' ? { kind: 'unanswered', reason: 'http', detail: '' } : none,
    ended: none,
    timeout,
  })
  return heard.reason === 'http' ? new TlsProbeFailure('http', '') : new TlsProbeFailure(reason, detail)
}

const none: Unanswered = { kind: 'unanswered', reason: 'silent', detail: '' }
