import { expect, test } from 'vitest'
import { clientId, formatPath, memberOf } from '../../fixtures/identifiers.ts'
import type { GlobalConfiguration } from '../security-server/global-configuration.ts'
import { amend, noAmendments } from './amendments.ts'

test('a client that its server has for a new member is published under it', () => {
  const client = clientId('FI-DEV', 'COM', '2', 'App')
  const owner = memberOf(clientId('FI-DEV', 'GOV', '1'))
  const clients = new Set([formatPath(owner), formatPath(client)])
  const id = { kind: 'server', owner, serverCode: 'ss1' } as const
  const facts = { address: 'ss1', running: true, maintenance: undefined, authenticationCertificates: new Set<string>() }
  const global: GlobalConfiguration = {
    instance: 'FI-DEV',
    members: [{ id: owner, name: 'One', subsystems: [] }],
    servers: [{ id, code: 'ss1', clients, ...facts }],
    authorities: [],
    groups: new Map(),
  }
  const { members } = amend(global, { ...noAmendments, members: [{ id: memberOf(client), name: 'Two' }] })
  expect(members).toEqual([
    { id: owner, name: 'One', subsystems: [] },
    { id: memberOf(client), name: 'Two', subsystems: [{ id: client, name: undefined }] },
  ])
})
