import { expect } from 'vitest'
import type { FaultSituationName } from '../fixtures/fault-situations.ts'
import type { Seen } from './observe/answer.ts'
import { describeCall, describeSeen } from './observe/describe.ts'
import { compareFault, expectFault, type FaultCircumstances } from './observe/expected-fault.ts'
import { parseFault } from './observe/fault.ts'
import { headerValue, parseEnvelope } from './observe/response.ts'

interface ScenarioMatchers<R> {
  /**
   * The security server refuses for that reason: code, text and HTTP status.
   * `expect(seen).toBeFault('certificateNotListed', { client })`
   */
  toBeFault(situation: FaultSituationName, circumstances?: FaultCircumstances): R
  /** The same where X-Road leaves open which of several faults it is. */
  toBeOneOfFaults(alternatives: readonly FaultAlternative[]): R
  /** The answer is the information system's own, with that HTTP status (200 unless given). */
  toBeServiceResponse(options?: { status?: number }): R
  /** Nothing is held against the caller: the service answers, or only its access rights stand in the way. */
  toAcceptCaller(): R
  /** The server breaks off the TLS handshake, with that alert if one is given. */
  toRefuseHandshake(alert?: string): R
}

type FaultAlternative = readonly [situation: FaultSituationName, circumstances?: FaultCircumstances]

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends ScenarioMatchers<R> {}
}

interface Outcome {
  readonly pass: boolean
  readonly message: () => string
}

expect.extend({
  toBeFault(seen: Seen, ...expected: FaultAlternative) {
    return judgeFault(seen, [expected])
  },

  toBeOneOfFaults(seen: Seen, alternatives: readonly FaultAlternative[]) {
    return judgeFault(seen, alternatives)
  },

  toBeServiceResponse(seen: Seen, { status = 200 } = {}) {
    return outcome(seen, isServiceResponse(seen, status), `Expected the answer of the service, HTTP ${status}.`)
  },

  toAcceptCaller(seen: Seen) {
    const denied = expectFault('accessDenied', { origin: 'serverProxy' }, seen.call.protocol, seen.acceptance)
    const fault = seen.kind === 'response' ? parseFault(seen) : undefined
    const onlyRights = fault !== undefined && compareFault(fault, denied).length === 0
    const expectation =
      'Expected the caller to be accepted: an answer of the service, or a refusal for want of access rights.'
    return outcome(seen, onlyRights || isServiceResponse(seen, 200), expectation)
  },

  toRefuseHandshake(seen: Seen, alert?: string) {
    const refused = seen.kind === 'handshake-refused' && seen.stage === 'server'
    const pass = refused && (alert === undefined || seen.alert === alert)
    return outcome(seen, pass, `Expected the server to refuse the TLS handshake${alert ? ` with ${alert}` : ''}.`)
  },
})

function judgeFault(seen: Seen, alternatives: readonly FaultAlternative[]): Outcome {
  const fault = seen.kind === 'response' ? parseFault(seen) : undefined
  const expected = alternatives.map(([situation, circumstances = {}]) =>
    expectFault(situation, circumstances, seen.call.protocol, seen.acceptance),
  )
  const wanted = expected
    .map(({ codes, wordings }) => `  ${codes.join(' or ')}\n  ${wordings.join('\n  or ')}`)
    .join('\n or\n')
  if (fault === undefined) return outcome(seen, false, `Expected a refusal by the security server:\n${wanted}`)
  const differences = expected.map((one) => compareFault(fault, one))
  const fewest = differences.toSorted((a, b) => a.length - b.length)[0] ?? []
  const why = seen.acceptance.exact ? `\nOnly the wording of ${seen.acceptance.profile.title} counts in this run.` : ''
  return outcome(seen, fewest.length === 0, `Expected the fault:\n${wanted}\n${fewest.join('\n')}${why}`)
}

function isServiceResponse(seen: Seen, status: number): boolean {
  if (seen.kind !== 'response' || seen.status !== status || parseFault(seen) !== undefined) return false
  if (seen.call.protocol === 'soap') return parseEnvelope(seen)?.content !== undefined
  // An information system's own errors have no X-Road-Error (ERR-REST-19).
  return headerValue(seen, 'x-road-error') === undefined
}

function outcome(seen: Seen, pass: boolean, expectation: string): Outcome {
  const message = () => `${expectation}\n${describeSeen(seen)}\nThe call was ${describeCall(seen.call)}.`
  return { pass, message: () => (pass ? `Not expected:\n${message()}` : message()) }
}
