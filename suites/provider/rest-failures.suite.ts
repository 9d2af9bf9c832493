import { expect } from 'vitest'
import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import type { ProviderScript } from '../../fixtures/provider-script.ts'
import { scenario } from '../scenario.ts'
import { passRest } from '../target/pass-rest.ts'

// Providers of REST services that cannot be reached, or whose answer is none.
const needs = ['control'] as const

const failures: readonly (readonly [string, FaultSituationName, ProviderScript['actions']])[] = [
  ['closes without an answer', 'providerSilent', [{ close: 'fin' }]],
  ['resets the connection', 'providerResetsConnection', [{ close: 'rst' }]],
  [
    'closes within the body',
    'providerBodyBroken',
    [{ send: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nno' }, { close: 'fin' }],
  ],
  [
    'closes within a chunk',
    'providerBodyBroken',
    [{ send: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nno' }, { close: 'fin' }],
  ],
]

for (const [what, situation, actions] of failures) {
  scenario(`provider ${what} (rest)`, { covers: ['ERR-REST-06', 'ERR-REST-10'], needs }, async (target) => {
    const { seen } = await passRest(target, { answer: { actions } })
    expect(seen).toBeOneOfFaults([
      [situation, { origin: 'serverProxy' }],
      ['io', { origin: 'serverProxy' }],
    ])
  })
}

scenario('provider answers something that is no http (rest)', { covers: ['ERR-REST-06'], needs }, async (target) => {
  const { seen } = await passRest(target, { answer: { actions: [{ send: 'no http\r\n\r\n' }, { close: 'fin' }] } })
  expect(seen).toMatchObject({ status: 500 })
  expect(seen.kind === 'response' && seen.headers).toContainEqual([
    'X-Road-Error',
    expect.stringMatching(/io_?error$/i),
  ])
})

scenario('provider falls silent within its answer (rest)', { covers: ['ERR-REST-18'], needs }, async (target) => {
  const actions = [{ send: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nno' }, { waitMs: 3000 }, { send: ' longer.' }]
  const { seen } = await passRest(target, { answer: { actions } })
  expect(seen).toBeFault('providerTimesOut', { origin: 'serverProxy' })
})
