import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import { scriptedAnswer } from '../client/scripted-answer.ts'
import { scenario } from '../scenario.ts'
import { answeredValues, passRest, receivedValues } from '../target/pass-rest.ts'
import type { Target } from '../target/target.ts'

// The headers by which a REST message says who calls what, and by which the answer says which message it belongs to.
const needs = ['control'] as const
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function askAs(target: Target, clientHeaders: readonly string[]) {
  return target
    .rest({ client: target.client('https') })
    .get(target.service('random', 'rest'), '/random', { clientHeaders })
}

scenario('rest request without client refused', { covers: ['REST-HDR-01', 'ERR-REST-05'] }, async (target) => {
  expect(await askAs(target, [])).toBeFault('clientMissing')
})

scenario('rest client is named with three parts or four', { covers: ['REST-HDR-02'] }, async (target) => {
  for (const client of [target.client('owner'), target.client('https')]) {
    const seen = await target.rest({ client }).get(target.service('random', 'rest'), '/random')
    expect(seen).toBeServiceResponse()
  }
})

for (const [what, count] of [
  ['one part', 1],
  ['two parts', 2],
] as const) {
  scenario(`rest client of ${what} refused`, { covers: ['REST-HDR-02', 'ERR-REST-05'] }, async (target) => {
    const parts = formatPath(target.client('https')).split('/').slice(0, count)
    expect(await askAs(target, [parts.join('/')])).toBeFault('clientIdInvalid')
  })
}

scenario('rest client of five parts refused', { covers: ['REST-HDR-02', 'ERR-REST-05'] }, async (target) => {
  expect(await askAs(target, [`${formatPath(target.client('https'))}/more`])).toBeFault('clientIdInvalid')
})

scenario(
  'rest client without a name in its header refused',
  { covers: ['REST-HDR-02', 'ERR-REST-05'] },
  async (target) => {
    expect(await askAs(target, [''])).toBeOneOfFaults([['clientIdInvalid'], ['clientMissing']])
  },
)

scenario('last of several clients in a rest request is the caller', { covers: ['REST-HDR-05'] }, async (target) => {
  const [client, other] = [target.client('https'), target.client('other-tenant')]
  const seen = await askAs(target, [formatPath(other), formatPath(client)])
  expect(seen).toBeServiceResponse()
  expect(answeredValues({ seen }, 'x-road-client')).toEqual([formatPath(client)])
})

scenario(
  'first of several clients in a rest request lends its certificate to no other',
  { covers: ['REST-HDR-05'] },
  async (target) => {
    const [client, other] = [target.client('https'), target.client('other-tenant')]
    const seen = await askAs(target, [formatPath(client), formatPath(other)])
    expect(seen).toBeFault('certificateNotListed', { client: other })
  },
)

scenario('letter case of rest header names plays no part', { covers: ['REST-HDR-06'], needs }, async (target) => {
  const client = formatPath(target.client('https'))
  const passage = await passRest(target, { clientHeaders: [], headers: [['x-ROAD-client', client]], raw: true })
  expect(passage.seen).toBeServiceResponse()
  expect(answeredValues(passage, 'x-road-client')).toEqual([client])
})

scenario('answer names the caller, and each part of it encoded', { covers: ['REST-HDR-07'] }, async (target) => {
  const client = target.client('beyond-ascii')
  const seen = await target.rest({ client }).get(target.service('random', 'rest'), '/random')
  expect(answeredValues({ seen }, 'x-road-client')).toEqual([formatPath(client)])
})

for (const [name, requirement] of [
  ['X-Road-Client', 'REST-HDR-07'],
  ['X-Road-Id', 'REST-HDR-09'],
  ['X-Road-Request-Id', 'REST-HDR-11'],
  ['X-Road-Request-Hash', 'REST-HDR-13'],
] as const) {
  scenario(`${name} of a provider replaced in the answer`, { covers: [requirement], needs }, async (target) => {
    const answer = scriptedAnswer({ headers: [[name, 'forged']] })
    const values = answeredValues(await passRest(target, { answer }), name)
    expect(values).toEqual([expect.not.stringMatching(/forged/)])
  })
}

scenario('answer names the service that was called', { covers: ['REST-HDR-08'], needs }, async (target) => {
  const service = target.scriptedService('rest', 'with-slash').id
  const passage = await passRest(target, { service, path: '/x' })
  expect(answeredValues(passage, 'x-road-service')).toEqual([formatPath(service)])
})

scenario(
  'service that a provider names does not stand last in the answer',
  { covers: ['REST-HDR-08'], needs },
  async (target) => {
    const answer = scriptedAnswer({ headers: [['X-Road-Service', 'forged']] })
    const values = answeredValues(await passRest(target, { answer }), 'x-road-service')
    // AMB-10: the reference lets the provider's stand before its own.
    expect(values.at(-1)).toBe(formatPath(target.scriptedService('rest').id))
  },
)

for (const [what, id] of [
  ['of printable characters', '!#$%&()*+,-./09:;<=>?@AZ[]^_az{|}~ "\\'],
  ['of 255 characters', '0123456789abcdef'.repeat(16).slice(1)],
] as const) {
  scenario(`message identifier ${what} comes back`, { covers: ['REST-HDR-09'], needs }, async (target) => {
    const messageId = id.length === 255 ? id.replace(/^.{36}/, randomUUID()) : `${randomUUID()}${id}`
    const passage = await passRest(target, { messageId })
    expect(receivedValues(passage, 'x-road-id')).toEqual([messageId])
    expect(answeredValues(passage, 'x-road-id')).toEqual([messageId])
  })
}

scenario('message identifier made for a request without one', { covers: ['REST-HDR-10'], needs }, async (target) => {
  const ids: (string | undefined)[] = []
  for (let n = 0; n < 20; n += 1) ids.push(answeredValues(await passRest(target, { idHeaders: [] }), 'x-road-id')[0])
  const { instance } = target.client('https')
  const made = new RegExp(`^${instance}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
  expect(ids).toEqual(ids.map(() => expect.stringMatching(made)))
  expect(new Set(ids).size).toBe(20)
})

scenario(
  'message identifier made for a request reaches the provider',
  { covers: ['REST-HDR-10'], needs },
  async (target) => {
    const [made = ''] = answeredValues(await passRest(target, { idHeaders: [] }), 'x-road-id')
    const [call] = await target.control.received(made)
    expect(receivedValues({ received: { headers: call?.headers ?? [] } }, 'x-road-id')).toEqual([made])
  },
)

scenario('request identifier of the caller not adopted', { covers: ['REST-HDR-11'], needs }, async (target) => {
  const given = '00000000-0000-4000-8000-000000000000'
  const passage = await passRest(target, { headers: [['X-Road-Request-Id', given]] })
  const [made] = answeredValues(passage, 'x-road-request-id')
  expect(made ?? '').toMatch(uuid)
  expect(made).not.toBe(given)
  expect(receivedValues(passage, 'x-road-request-id')).toEqual([made])
})

scenario('same message sent twice has two request identifiers', { covers: ['REST-HDR-11'], needs }, async (target) => {
  const messageId = randomUUID()
  const first = answeredValues(await passRest(target, { messageId }), 'x-road-request-id')
  const second = answeredValues(await passRest(target, { messageId }), 'x-road-request-id')
  expect([...first, ...second]).toEqual([expect.stringMatching(uuid), expect.stringMatching(uuid)])
  expect(second).not.toEqual(first)
})

scenario(
  'request hash of the caller does not reach the provider',
  { covers: ['REST-HDR-13'], needs },
  async (target) => {
    const passage = await passRest(target, { headers: [['X-Road-Request-Hash', 'forged']] })
    expect(passage.seen).toBeServiceResponse()
    expect(receivedValues(passage, 'x-road-request-hash')).toEqual([])
  },
)
