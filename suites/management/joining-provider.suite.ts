import { expect } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import { scenario } from '../scenario.ts'
import { approve } from './approve.ts'
import { ask, callAs, callIt, change, joinBefore, serviceOf } from './joining.ts'

// An organisation that has joined a shared security server, as a provider, and once it has left.
const needs = ['management', 'central-server', 'control'] as const

scenario(
  'joining organisation may not provide before its registration is approved',
  { covers: ['STATE-02', 'TENANT-11'], needs },
  async (target) => {
    const joining = await joinBefore(target, 'its registration is approved')
    expect(await callIt(joining)).toBeFault('providerNotFound', { service: serviceOf(joining) })
  },
)

scenario('joining organisation provides once all has been done', { covers: ['STATE-02'], needs }, async (target) => {
  expect(await callIt(await joinBefore(target))).toBeServiceResponse()
})

scenario(
  'joining organisation may not provide once it is disabled',
  { covers: ['STATE-02'], needs },
  async (target) => {
    const joining = await joinBefore(target)
    await ask(joining, 'clientDisable', 'disabling in progress')
    expect(await callIt(joining)).toBeFault('providerNotFound', { service: serviceOf(joining) })
  },
)

scenario(
  'registration of one subsystem of an organisation registers no other',
  { covers: ['STATE-07'], needs },
  async (target) => {
    const joining = await joinBefore(target)
    const client = { ...joining.client, subsystemCode: 'NeverAdded' }
    expect(await callAs({ ...joining, client })).toBeFault('clientNotFound', { client })
  },
)

scenario(
  'organisation that has left and joins again has lost certificates and services',
  { covers: ['STATE-08'], needs },
  async (target) => {
    const joining = await joinBefore(target)
    const { services, server, client } = joining
    expect((await services.askUnsigned('clientDeletion', { server, client })).refusal).toBe('none')
    await change(target, { kind: 'delete-client', client: formatPath(client) })
    await change(target, { kind: 'add-client', client: { id: formatPath(client), status: 'saved' } })
    const { refusal, requestId } = await services.ask('clientReg', { server, client })
    expect(refusal).toBe('none')
    await approve(target, Number(requestId))
    expect(await callAs(joining)).toBeFault('certificateListEmpty', { client })
    expect(await callIt(joining)).toBeFault('serviceUnknown', { origin: 'serverProxy', service: serviceOf(joining) })
  },
)
