import { expect } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import { requestUnsigned } from '../observe/cannot-sign.ts'
import { scenario } from '../scenario.ts'
import { approve } from './approve.ts'
import { ask, callAs, type JoiningStep, joinBefore } from './joining.ts'
import { publishedServer } from './published-server.ts'

/*
 * The way of an organisation onto a security server that it shares: what its client is answered at each step. That a
 * client is registered shows only in what it may do.
 */
const needs = ['management', 'central-server', 'control'] as const

const unknownBefore: readonly JoiningStep[] = [
  'its organisation is added to the register',
  'it is added to the security server',
  'its registration is asked for',
  'its registration is approved',
]

for (const step of unknownBefore) {
  scenario(`joining client is unknown before ${step}`, { covers: ['STATE-01', 'TENANT-11'], needs }, async (target) => {
    const joining = await joinBefore(target, step)
    expect(await callAs(joining)).toBeFault('clientNotFound', { client: joining.client })
  })
}

scenario(
  'joining client has no certificates before its certificate is listed',
  { covers: ['CONN-HTTPS-04', 'TENANT-01'], needs },
  async (target) => {
    const joining = await joinBefore(target, 'its certificate is listed')
    expect(await callAs(joining)).toBeFault('certificateListEmpty', { client: joining.client })
  },
)

scenario(
  'joining client may not send before its signing certificate is imported',
  { covers: ['TENANT-10'], needs },
  async (target) => {
    const joining = await joinBefore(target, 'its signing certificate is imported')
    const seen = await callAs(joining)
    expect(seen).toBeOneOfFaults(requestUnsigned('rest', joining.client))
    expect(await target.providerCalls(seen)).toEqual([])
  },
)

scenario(
  'joining client is denied access before it is given a right',
  { covers: ['STATE-01', 'ACL-01'], needs },
  async (target) => {
    const joining = await joinBefore(target, 'it is given a right')
    const { service } = joining.provider
    expect(await callAs(joining)).toBeFault('accessDenied', { origin: 'serverProxy', service })
  },
)

scenario(
  'joining client is served once all has been done',
  { covers: ['STATE-01', 'TENANT-04'], needs },
  async (target) => {
    expect(await callAs(await joinBefore(target))).toBeServiceResponse()
  },
)

scenario(
  'joining client is published only once its registration is approved',
  { covers: ['TENANT-11', 'MGMT-18'], needs },
  async (target) => {
    const joining = await joinBefore(target, 'its registration is approved')
    const path = formatPath(joining.client)
    expect((await publishedServer(target, target.server))?.clients).not.toContain(path)
    await approve(target, joining.requestId)
    expect((await publishedServer(target, target.server))?.clients).toContain(path)
  },
)

scenario(
  'joining client is not registered without a signature of its own organisation',
  { covers: ['MGMT-18', 'TENANT-11'], needs },
  async (target) => {
    const { services, server, client } = await joinBefore(target, 'its registration is asked for')
    const { refusal } = await services.ask('clientReg', { server, client }, { signer: services.owner })
    expect(refusal).toMatch(/does not match client's member identifier/)
  },
)

scenario(
  'joining client is unknown from when it is disabled until it is enabled',
  { covers: ['STATE-03', 'STATE-04', 'MGMT-25'], needs },
  async (target) => {
    const joining = await joinBefore(target)
    await ask(joining, 'clientDisable', 'disabling in progress')
    expect(await callAs(joining)).toBeFault('clientNotFound', { client: joining.client })
    await ask(joining, 'clientEnable', 'enabling in progress')
    expect(await callAs(joining)).toBeServiceResponse()
  },
)

scenario(
  'joining client is neither disabled nor enabled before it is registered',
  { covers: ['STATE-05', 'STATE-04', 'MGMT-25'], needs },
  async (target) => {
    const { services, server, client } = await joinBefore(target, 'its registration is approved')
    for (const [serviceCode, status] of [
      ['clientDisable', 'disabling in progress'],
      ['clientEnable', 'enabling in progress'],
    ] as const) {
      const change = { kind: 'set-client-status', client: formatPath(client), status } as const
      await expect(target.control.change(target.server, change)).rejects.toThrow('is registration in progress')
      const { refusal } = await services.ask(serviceCode, { server, client })
      expect(refusal).toMatch(/management_request_server_client_not_found/)
    }
  },
)

scenario(
  'joining client is unknown once it has been deleted',
  { covers: ['STATE-01', 'STATE-06', 'MGMT-19'], needs },
  async (target) => {
    const joining = await joinBefore(target)
    const { services, server, client } = joining
    const { refusal } = await services.askUnsigned('clientDeletion', { server, client })
    expect(refusal).toBe('none')
    expect(await callAs(joining)).toBeFault('clientNotFound', { client })
  },
)
