import { expect, test } from 'vitest'
import { profiles } from '../../fixtures/profiles.ts'
import type { Seen } from './answer.ts'
import { namePlaceholders, normalise, observationSchema } from './normalise.ts'

const [profile] = profiles
const uuid = '0d2b5e1c-8f3e-4c0b-9d5a-1f2e3d4c5b6a'

test('names what differs from run to run', () => {
  const hash = Buffer.alloc(64, 7).toString('base64')
  const text = `${uuid.toUpperCase()} on Tue, 25 Nov 2025 15:00:00 GMT at 127.0.0.1:43211 and localhost/127.0.0.1:1, ${hash}`
  expect(namePlaceholders(text)).toBe('<uuid> on <date> at <host> and <host>, <sha-512>')
})

test('two runs that saw the same are the same', () => {
  const seenWith = (id: string, port: number) =>
    normalise(
      seen({
        kind: 'response',
        status: 500,
        headers: [['X-Road-Error', 'server.serverproxy.network_error']],
        body: Buffer.from(
          JSON.stringify({
            type: 'server.serverproxy.network_error',
            message: `Connect to 127.0.0.1:${port} failed`,
            detail: id,
          }),
        ),
        tls: null,
      }),
    )
  const first = seenWith(uuid, 41000)
  expect(first).toEqual(seenWith(uuid.replace('0d', '1d'), 42000))
  expect(first).toMatchObject({ kind: 'fault', key: 'serverProxy.networkError', spelling: 'snake', detail: 'uuid' })
  expect(observationSchema.parse(first)).toEqual(first)
})

test('an unknown code stays as it came', () => {
  const body = Buffer.from(JSON.stringify({ type: 'Server.Strange', message: 'no', detail: 'constant' }))
  expect(normalise(seen({ kind: 'response', status: 400, headers: [], body, tls: null }))).toMatchObject({
    code: 'Server.Strange',
    key: null,
    detail: 'other',
    errorHeader: null,
  })
})

function seen(answer: Pick<Seen & { kind: 'response' }, 'kind' | 'status' | 'headers' | 'body' | 'tls'>): Seen {
  if (profile === undefined) throw new Error('no profile')
  const call = {
    protocol: 'rest',
    method: 'GET',
    target: '/',
    over: 'http',
    server: 'ss1',
    certificate: 'none',
  } as const
  return { ...answer, call: { ...call, messageId: uuid }, acceptance: { profile, exact: false } }
}
