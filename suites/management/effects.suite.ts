import { expect } from 'vitest'
import { formatPath, memberOf } from '../../fixtures/identifiers.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'
import { openManagementServices } from './management-services.ts'
import { addMember } from './new-member.ts'
import { registerServer } from './new-server.ts'
import { newcomer } from './newcomer.ts'
import { publishedName, publishedServer } from './published-server.ts'

/* What the global configuration says after a request. Each scenario has a server and clients of its own. */
const needs = ['management', 'central-server', 'control'] as const

/** A server with one client, which is registered under that name. */
async function registerClient(target: Target, subsystemName?: string) {
  const services = await openManagementServices(target)
  const { id: server, certificate } = await registerServer(services)
  const client = newcomer(target)
  await addMember(target, memberOf(client), 'automatic')
  const fields = { server, client }
  const { refusal } = await services.ask('clientReg', {
    ...fields,
    ...(subsystemName !== undefined && { subsystemName }),
  })
  expect(refusal, 'fault of the registration of a client').toBe('none')
  return { services, server, certificate, client, path: formatPath(client), fields }
}

async function clientsOf(target: Target, code: string) {
  return (await publishedServer(target, code))?.clients
}

scenario(
  'registered client is published with its server, which stays that of its owner',
  { covers: ['MGMT-18', 'TENANT-11', 'TENANT-12'], needs },
  async (target) => {
    const { server, path } = await registerClient(target)
    const published = await publishedServer(target, server.serverCode)
    expect(published?.clients).toEqual([path])
    expect(published?.owner).toBe(formatPath(server.owner))
  },
)

scenario(
  'registered client is published under the name that it was given',
  { covers: ['MGMT-18'], needs },
  async (target) => {
    const { path } = await registerClient(target, 'Uusi järjestelmä')
    expect(await publishedName(target, path)).toBe('Uusi järjestelmä')
  },
)

scenario('client that is registered already is refused', { covers: ['MGMT-18'], needs }, async (target) => {
  const { services, fields } = await registerClient(target)
  const { refusal } = await services.ask('clientReg', fields)
  expect(refusal).toMatch(/management_request_client_already_registered/)
})

scenario('deleted client is no longer published', { covers: ['MGMT-19'], needs }, async (target) => {
  const { services, server, fields } = await registerClient(target)
  const { refusal } = await services.askUnsigned('clientDeletion', fields)
  expect(refusal).toBe('none')
  expect(await clientsOf(target, server.serverCode)).toEqual([])
})

scenario(
  'deletion by somebody who does not own the server is refused',
  { covers: ['MGMT-19'], needs },
  async (target) => {
    const { services, fields } = await registerClient(target)
    const server = { ...fields.server, owner: memberOf(fields.client) }
    const { refusal } = await services.askUnsigned('clientDeletion', { ...fields, server }, { sender: services.owner })
    expect(refusal).toMatch(/Sender does not match server owner/)
  },
)

scenario(
  'deleted authentication certificate is no longer published',
  { covers: ['MGMT-22'], needs },
  async (target) => {
    const services = await openManagementServices(target)
    const { id: server, certificate } = await registerServer(services)
    const { refusal } = await services.askUnsigned('authCertDeletion', {
      server,
      authCert: certificate.certificate.raw,
    })
    expect(refusal).toBe('none')
    expect((await publishedServer(target, server.serverCode))?.certificates).toEqual([])
  },
)

scenario('new owner who has signed is published', { covers: ['MGMT-23'], needs }, async (target) => {
  const { services, server, client } = await registerClient(target)
  const member = memberOf(client)
  await services.ask('clientReg', { server, client: member })
  const { refusal } = await services.ask('ownerChange', { server, client: member })
  expect(refusal).toBe('none')
  expect((await publishedServer(target, server.serverCode))?.owner).toBe(formatPath(member))
})

scenario('new owner for whom the old one has signed is refused', { covers: ['MGMT-23'], needs }, async (target) => {
  const { services, server, client } = await registerClient(target)
  const member = memberOf(client)
  await services.ask('clientReg', { server, client: member })
  const { refusal } = await services.ask('ownerChange', { server, client: member }, { signer: services.owner })
  expect(refusal).toMatch(/does not match client's member identifier/)
})

scenario('changed address is published', { covers: ['MGMT-24'], needs }, async (target) => {
  const services = await openManagementServices(target)
  const { id: server } = await registerServer(services)
  await services.ask('addressChange', { server, address: 'moved.invalid' })
  expect((await publishedServer(target, server.serverCode))?.address).toBe('moved.invalid')
})

scenario('address that is no host name is refused', { covers: ['MGMT-24'], needs }, async (target) => {
  const services = await openManagementServices(target)
  const { id: server } = await registerServer(services)
  const { refusal } = await services.ask('addressChange', { server, address: 'no host name' })
  expect(refusal).toMatch(/Invalid server address/)
})

scenario('disabled client is published again once it is enabled', { covers: ['MGMT-25'], needs }, async (target) => {
  const { services, server, path, fields } = await registerClient(target)
  await services.ask('clientDisable', fields)
  expect(await clientsOf(target, server.serverCode)).toEqual([])
  await services.ask('clientEnable', fields)
  expect(await clientsOf(target, server.serverCode)).toEqual([path])
})

scenario('management services are not disabled', { covers: ['MGMT-25'], needs }, async (target) => {
  const { owner, provider, ask } = await openManagementServices(target)
  const server = { kind: 'server', owner, serverCode: target.server } as const
  const { refusal } = await ask('clientDisable', { server, client: provider })
  expect(refusal).toMatch(/forbidden_disable_management_service_client/)
})

scenario('renamed subsystem is published under its new name', { covers: ['MGMT-26'], needs }, async (target) => {
  const { services, path, fields } = await registerClient(target, 'Vanha')
  const { refusal } = await services.ask('clientRename', { ...fields, subsystemName: 'Uusi' })
  expect(refusal).toBe('none')
  expect(await publishedName(target, path)).toBe('Uusi')
})

scenario('renaming without a name is refused', { covers: ['MGMT-26'], needs }, async (target) => {
  const { services, fields } = await registerClient(target)
  const { refusal } = await services.ask('clientRename', fields)
  expect(refusal).toMatch(/Invalid subsystem name/)
})

scenario(
  'maintenance mode is published with its message until it is over',
  { covers: ['MGMT-27'], needs },
  async (target) => {
    const services = await openManagementServices(target)
    const { id: server } = await registerServer(services)
    await services.ask('maintenanceModeEnable', { server, message: 'Huoltokatko' })
    expect((await publishedServer(target, server.serverCode))?.maintenance).toBe('Huoltokatko')
    await services.ask('maintenanceModeDisable', { server })
    expect((await publishedServer(target, server.serverCode))?.maintenance).toBeUndefined()
  },
)

scenario('management server gets no maintenance mode', { covers: ['MGMT-27'], needs }, async (target) => {
  const { owner, ask } = await openManagementServices(target)
  const { refusal } = await ask('maintenanceModeEnable', {
    server: { kind: 'server', owner, serverCode: target.server },
  })
  expect(refusal).toMatch(/forbidden_enable_maintenance_mode_for_management_service/)
})
