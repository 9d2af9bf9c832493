import { expect, test } from 'vitest'
import { clientId, type MemberId } from '../../fixtures/identifiers.ts'
import type { GlobalConfiguration } from './global-configuration.ts'
import { toldConfiguration } from './told-configuration.ts'

const owner: MemberId = { kind: 'member', instance: 'FI', memberClass: 'GOV', memberCode: '1' }
const full: GlobalConfiguration = {
  instance: 'FI',
  members: [{ id: owner, name: 'Virasto', subsystems: [{ id: clientId('FI', 'GOV', '1', 'App'), name: 'Sovellus' }] }],
  servers: [
    {
      id: { kind: 'server', owner, serverCode: 'ss1' },
      code: 'ss1',
      address: 'ss1',
      running: true,
      clients: new Set(),
      maintenance: { message: 'later' },
      authenticationCertificates: new Set(),
    },
  ],
  authorities: [],
  groups: new Map(),
}

test('version 4 says neither how subsystems are called nor which servers are in maintenance', () => {
  const known = toldConfiguration(() => full, 4)()
  expect(known.members[0]).toMatchObject({ name: 'Virasto', subsystems: [{ name: undefined }] })
  expect(known.servers[0]).toMatchObject({ code: 'ss1', maintenance: undefined })
  expect(toldConfiguration(() => full, 5)()).toBe(full)
})

test('another configuration is another one, and the same stays the same', () => {
  let now = full
  const told = toldConfiguration(() => now, 4)
  expect(told()).toBe(told())
  now = { ...full, instance: 'EE' }
  expect(told().instance).toBe('EE')
})
