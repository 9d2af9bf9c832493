import { expect } from 'vitest'
import { scenario } from '../scenario.ts'

// What a monitoring system is told of a security server, where it is told anything: that is off in a new installation.

for (const [what, question] of [
  ['is an empty answer', { method: 'GET', path: '/' }],
  ['is the same whatever is asked', { method: 'PUT', path: '/any/path?of=any' }],
] as const) {
  scenario(`good health of a security server ${what}`, { covers: ['STATE-11', 'STATE-12'] }, async (target) => {
    expect(await target.health(target.server, question)).toEqual({ status: 200, body: '' })
  })
}

for (const [what, setting, covers, text] of [
  ['expired global configuration', 'globalConfigurationValid', 'STATE-11', 'Global configuration is expired\n'],
  [
    'missing authentication certificate',
    'authenticationCertificateValid',
    'STATE-12',
    'No certificate chain available in authentication key.\n',
  ],
] as const) {
  scenario(`${what} is told by the health check`, { covers: [covers] }, async (target) => {
    expect(await target.health(target.serverWith(setting, false))).toEqual({ status: 500, body: text })
  })
}
