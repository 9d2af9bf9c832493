import { expect, test } from 'vitest'
import type { TopologyInput } from '../../fixtures/topology.ts'
import { startEnvironment } from '../environment.ts'
import { isAtLeast } from './is-at-least.ts'

const consumer = { id: 'T/GOV/1/consumer', connectionType: 'HTTP' } as const
const topology = (softwareVersion: string, minimumClientVersion?: string): TopologyInput => ({
  instance: 'T',
  memberClasses: ['GOV'],
  members: [{ id: 'T/GOV/1', name: 'One' }],
  informationSystems: [{ name: 'test-services', serves: 'test-services' }],
  servers: [
    { code: 'consumer', owner: 'T/GOV/1', settings: { softwareVersion }, clients: [consumer] },
    {
      code: 'provider',
      owner: 'T/GOV/1',
      ...(minimumClientVersion !== undefined && { settings: { minimumClientVersion } }),
      clients: [
        {
          id: 'T/GOV/1/provider',
          descriptions: [
            {
              type: 'REST',
              services: [
                {
                  code: 'rest-test',
                  url: '${test-services.http}/rest-api',
                  allow: [{ subjects: [{ client: 'T/GOV/1/consumer' }] }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
})

test.each([
  ['7.8+fi', '7.5.2', undefined, 500],
  ['7.8+fi', '7.6.0', undefined, 200],
  ['7.4+fi', '7.1.3', undefined, 500],
  ['7.3+fi', '7.1.3', undefined, 200],
  ['7.8', '6.26.3', undefined, 200],
  ['7.8', '7.3.0', '7.3.1', 500],
  ['7.8+fi', '7.3.1', '7.3.1', 200],
  ['7.3', '7.3.0', '7.3.1', 200],
] as const)('%s answers a server that is %s, minimum %s: %d', async (profile, version, minimum, status) => {
  await using environment = await startEnvironment(topology(version, minimum), { profile })
  const { http = '' } = environment.bindings.servers['consumer'] ?? {}
  const path = '/r1/T/GOV/1/provider/rest-test/random'
  const answer = await fetch(new URL(path, http), { headers: { 'X-Road-Client': consumer.id } })
  expect(answer.status).toBe(status)
  const code = /client_?proxy_?version_?not_?supported/i
  expect(code.test(answer.headers.get('x-road-error') ?? '')).toBe(status === 500)
})

test('versions are compared number by number', () => {
  expect(isAtLeast('7.10.0', '7.9.3')).toBe(true)
  expect(isAtLeast('6.26.3', '7.0.0')).toBe(false)
  expect(isAtLeast('7.3.1', '7.3.1')).toBe(true)
})
