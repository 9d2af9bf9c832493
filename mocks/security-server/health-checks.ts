import type { ServerConfiguration } from './server-configuration.ts'

/** What is wrong, in the words of the reference; undefined if nothing is. */
export type HealthCheck = () => string | undefined

/** What a monitoring system is answered. */
export interface HealthAnswer {
  readonly status: number
  readonly body: string
}

/** Milliseconds that a good and a bad result are believed. */
const believed = { good: 2000, bad: 30_000 } as const

/** What a security server asks itself: first of its global configuration, then of its authentication certificate. */
export function healthChecks(
  configuration: () => ServerConfiguration,
  now: () => number = () => performance.now(),
): HealthCheck {
  const checks = [
    () => (configuration().settings.globalConfigurationValid ? undefined : 'Global configuration is expired'),
    () =>
      configuration().settings.authenticationCertificateValid
        ? undefined
        : 'No certificate chain available in authentication key.',
  ].map((check) => remembered(check, now))
  return () => {
    for (const check of checks) {
      const problem = check()
      if (problem !== undefined) return problem
    }
    return undefined
  }
}

/** A check that is not made anew as long as its last result is believed. */
function remembered(check: HealthCheck, now: () => number): HealthCheck {
  let problem: string | undefined
  let until = Number.NEGATIVE_INFINITY
  return () => {
    if (now() >= until) {
      problem = check()
      until = now() + (problem === undefined ? believed.good : believed.bad)
    }
    return problem
  }
}

/** An empty answer, or the problem on a line of its own. */
export function answerHealth(problem: string | undefined): HealthAnswer {
  return problem === undefined ? { status: 200, body: '' } : { status: 500, body: `${problem}\n` }
}
