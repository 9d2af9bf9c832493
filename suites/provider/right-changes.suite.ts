import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { type ClientId, clientId, formatPath } from '../../fixtures/identifiers.ts'
import { scenario } from '../scenario.ts'
import { type AddedProvider, addProvider, rightOf } from '../target/added-provider.ts'
import { passRest } from '../target/pass-rest.ts'
import type { Target } from '../target/target.ts'

// Rights that are given, taken and inherited while the servers run. Each scenario has a provider of its own.
const needs = ['control'] as const
const denied = { origin: 'serverProxy' } as const

async function call(target: Target, { service }: AddedProvider) {
  return (await passRest(target, { service })).seen
}

/** Adds a provider whose only right is that of its local group `group`, with that client or nobody in it. */
function addWithGroup(target: Target, member?: ClientId): Promise<AddedProvider> {
  const members = member === undefined ? [] : [formatPath(member)]
  return addProvider(target, {
    localGroups: [{ code: 'group', members }],
    service: { allow: [{ subjects: [{ localGroup: 'group' }] }] },
  })
}

scenario(
  'right works from when it is given until it is taken',
  { covers: ['ACL-13', 'ACL-01'], needs },
  async (target) => {
    const provider = await addProvider(target, { service: { allow: [] } })
    expect(await call(target, provider)).toBeFault('accessDenied', { ...denied, service: provider.service })
    await provider.change({ kind: 'set-access-rights', serviceCode: 'script', allow: rightOf(target.client('https')) })
    expect(await call(target, provider)).toBeServiceResponse()
    await provider.change({ kind: 'set-access-rights', serviceCode: 'script', allow: [] })
    expect(await call(target, provider)).toBeFault('accessDenied', { ...denied, service: provider.service })
  },
)

scenario(
  'right to a whole service narrowed to an endpoint',
  { covers: ['ACL-13', 'ACL-07'], needs },
  async (target) => {
    const provider = await addProvider(target)
    expect(await call(target, provider)).toBeServiceResponse()
    const allow = rightOf(target.client('https'), [{ method: 'GET', path: '/other' }])
    await provider.change({ kind: 'set-access-rights', serviceCode: 'script', allow })
    expect(await call(target, provider)).toBeFault('accessDenied', { ...denied, service: provider.service })
  },
)

scenario(
  'service without rights closed to other subsystems of its own member',
  { covers: ['ACL-01'], needs },
  async (target) => {
    const provider = await addProvider(target, { service: { allow: [] } })
    const { instance, memberClass, memberCode } = provider.id
    const client = clientId(instance, memberClass, memberCode, `Sibling-${randomUUID()}`)
    await target.control.change(target.server, {
      kind: 'add-client',
      client: { id: formatPath(client), connectionType: 'HTTP' },
    })
    const { seen } = await passRest(target, { service: provider.service, approach: { client, server: target.server } })
    expect(seen).toBeFault('accessDenied', { ...denied, service: provider.service })
  },
)

scenario('local group of another client gives no right', { covers: ['ACL-04'], needs }, async (target) => {
  const client = target.client('https')
  expect(await call(target, await addWithGroup(target, client))).toBeServiceResponse()
  const other = await addWithGroup(target)
  expect(await call(target, other)).toBeFault('accessDenied', { ...denied, service: other.service })
})

scenario(
  'member of a local group has its rights as long as it is one',
  { covers: ['ACL-04', 'ACL-13'], needs },
  async (target) => {
    const provider = await addWithGroup(target, target.client('https'))
    expect(await call(target, provider)).toBeServiceResponse()
    await provider.change({ kind: 'set-local-group', code: 'group', members: [] })
    expect(await call(target, provider)).toBeFault('accessDenied', { ...denied, service: provider.service })
  },
)

scenario('deleted local group takes its rights with it', { covers: ['ACL-05'], needs }, async (target) => {
  const client = target.client('https')
  const provider = await addWithGroup(target, client)
  expect(await call(target, provider)).toBeServiceResponse()
  await provider.change({ kind: 'set-local-group', code: 'group' })
  expect(await call(target, provider)).toBeFault('accessDenied', { ...denied, service: provider.service })
  // A new group of that code does not bring them back.
  await provider.change({ kind: 'set-local-group', code: 'group', members: [formatPath(client)] })
  expect(await call(target, provider)).toBeFault('accessDenied', { ...denied, service: provider.service })
})

scenario('right to one version of a service covers the others', { covers: ['ACL-11'], needs }, async (target) => {
  const { url } = target.scriptedService('soap').service
  const services = ['v1', 'v2'].map((version) => ({
    code: 'script',
    version,
    url,
    allow: version === 'v1' ? rightOf(target.client('https')) : [],
  }))
  const { service } = await addProvider(target, { descriptions: [{ type: 'WSDL', services }] })
  const soap = target.soap({ client: target.client('https') })
  expect(await soap.call({ ...service, serviceVersion: 'v1' })).toBeServiceResponse()
  expect(await soap.call({ ...service, serviceVersion: 'v2' })).toBeServiceResponse()
})
