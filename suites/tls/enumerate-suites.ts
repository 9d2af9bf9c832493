import { isTls13Suite, suiteCodes } from '../../fixtures/tls/cipher-suites.ts'
import type { OfferedVersion } from './client-hello.ts'
import type { Greeted, Refused } from './greeting.ts'
import type { Prober } from './prober.ts'
import type { VersionReport } from './tls-report.ts'

/** Where old servers stop reading a list: they have been seen to ignore what stands behind the 128th suite. */
const chunkLength = 120

const suites = Object.keys(suiteCodes)
const isUsual = (name: string) => /^TLS_(ECDHE_|DHE_)?(RSA|ECDSA)_WITH_/.test(name)
const tls13Suites = suites.filter(isTls13Suite)
const olderSuites = suites
  .filter((name) => !isTls13Suite(name))
  .toSorted((a, b) => Number(isUsual(b)) - Number(isUsual(a)))

/** Refusals of every suite that was offered; with any other a server may have stumbled over a single one. */
const plainRefusals: readonly string[] = ['handshake_failure', 'insufficient_security', 'closed']

/** Finds the suites that a server takes in one version: offers all, takes the chosen one away, and repeats. */
export async function enumerateSuites(
  prober: Prober,
  version: OfferedVersion,
  serverName: { readonly serverName?: string },
): Promise<VersionReport> {
  const found: string[] = []
  const refusal = await eliminate(version === 'TLSv1.3' ? tls13Suites : olderSuites)
  if (found.length === 0) return { version, spoken: false, refusal: refusal ?? 'closed' }
  return { version, spoken: true, suites: found, ...(await findPreference(found)) }

  /** Adds to what was found, in the order of choice; tells how the rest was refused. */
  async function eliminate(offered: readonly string[]): Promise<string | undefined> {
    let rest = offered
    while (rest.length > 0) {
      const answer = await offer(rest)
      const chosen = chosenSuite(answer, rest)
      if (chosen === undefined) {
        // Who answers otherwise than asked has read the list, and would answer its parts no better.
        return answer.kind === 'greeted' ? describe(answer) : await eliminateParts(rest, answer.alert)
      }
      found.push(chosen)
      rest = rest.filter((name) => name !== chosen)
    }
    return undefined
  }

  /** Asks again about a refused list in parts, if its length or one of its suites may be what was refused. */
  async function eliminateParts(rest: readonly string[], refusal: string): Promise<string> {
    if (refusal === 'protocol_version' || (refusal === 'silent' && found.length === 0)) return refusal
    const isPlain = found.length === 0 || plainRefusals.includes(refusal)
    const length = isPlain ? chunkLength : Math.min(chunkLength, Math.ceil(rest.length / 4))
    if (rest.length <= length) return refusal
    for (let at = 0; at < rest.length; at += length) await eliminate(rest.slice(at, at + length))
    return refusal
  }

  function offer(names: readonly string[]): Promise<Greeted | Refused> {
    return prober.greet({ version, suites: names, ...serverName }, 'hello')
  }

  function chosenSuite(answer: Greeted | Refused, offered: readonly string[]): string | undefined {
    if (answer.kind === 'refused' || answer.version !== version) return undefined
    return offered.includes(answer.suite) ? answer.suite : undefined
  }

  /** Offers what was found the other way round: who chooses the same again, chooses by an order of its own. */
  async function findPreference(found: readonly string[]): Promise<{ readonly preference?: 'server' | 'client' }> {
    if (found.length < 2) return {}
    const [forwards, backwards] = await Promise.all([offer(found), offer(found.toReversed())])
    const [first, last] = [chosenSuite(forwards, found), chosenSuite(backwards, found)]
    if (first === undefined || last === undefined) return {}
    return { preference: first === last ? 'server' : 'client' }
  }
}

function describe({ version, suite }: Greeted): string {
  return `answers ${version} with ${suite}`
}
