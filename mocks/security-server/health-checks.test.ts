import { expect, test } from 'vitest'
import { startEnvironment } from '../environment.ts'
import { answerHealth, healthChecks } from './health-checks.ts'
import type { ServerConfiguration } from './server-configuration.ts'

test('a good result is believed for two seconds, a bad one for thirty', () => {
  const settings = { globalConfigurationValid: true, authenticationCertificateValid: true }
  let now = 0
  const check = healthChecks(
    () => ({ settings }) as unknown as ServerConfiguration,
    () => now,
  )
  const at = (seconds: number) => {
    now = seconds * 1000
    return answerHealth(check())
  }
  const expired = { status: 500, body: 'Global configuration is expired\n' }
  expect(at(0)).toEqual({ status: 200, body: '' })
  Object.assign(settings, { globalConfigurationValid: false, authenticationCertificateValid: false })
  expect(at(1.9)).toEqual({ status: 200, body: '' })
  expect(at(2)).toEqual(expired)
  settings.globalConfigurationValid = true
  expect(at(31.9)).toEqual(expired)
  // The second check is made only now that the first one finds nothing.
  expect(at(32)).toEqual({ status: 500, body: 'No certificate chain available in authentication key.\n' })
})

test.each([
  ['7.8', 'Health check interface is in maintenance mode.'],
  ['7.4', 'Health check interface is in maintenance mode.\n'],
])('in maintenance mode nothing else is told (%s)', async (profile, said) => {
  await using environment = await startEnvironment(
    {
      instance: 'T',
      memberClasses: ['GOV'],
      members: [{ id: 'T/GOV/1', name: 'One' }],
      servers: [{ code: 'ss1', owner: 'T/GOV/1', listen: { healthCheck: 0 } }],
    },
    { profile },
  )
  const settings = { globalConfigurationValid: false, healthCheckInMaintenance: true }
  await environment.change('ss1', { kind: 'set-settings', settings })
  const answer = await fetch(environment.bindings.servers['ss1']?.healthCheck ?? '')
  expect(answer.status).toBe(503)
  expect(await answer.text()).toBe(said)
})
