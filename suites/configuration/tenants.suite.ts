import { isIP } from 'node:net'
import { expect } from 'vitest'
import { childOf } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { elementsOf, observeSource, textOf } from './configuration-source.ts'
import { publishedClients, publishedServers, sharedServer } from './published-clients.ts'

const needs = ['central-server'] as const

scenario(
  'subsystems of a shared security server are published under their members',
  { covers: ['TENANT-11'], needs },
  async (target) => {
    const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS')
    expect([...publishedClients(shared).values()]).toEqual(expect.arrayContaining(sharedServer(target).tenants))
  },
)

scenario(
  'subsystems of other organisations are clients of the security server that they share',
  { covers: ['TENANT-11', 'TENANT-12'], needs },
  async (target) => {
    const { code, tenants } = sharedServer(target)
    const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS')
    const published = publishedServers(shared).find((server) => server.code === code)
    expect(published?.clients).toEqual(expect.arrayContaining(tenants))
  },
)

scenario('shared security server stays that of its owner', { covers: ['TENANT-12'], needs }, async (target) => {
  const { code, owner } = sharedServer(target)
  const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS')
  const published = publishedServers(shared).find((server) => server.code === code)
  expect(published?.owner).toBe(owner)
})

scenario('member classes are those of Finland', { covers: ['TENANT-13'], needs }, async (target) => {
  const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS')
  const classes = elementsOf(childOf(shared, 'globalSettings'), 'memberClass').map((one) => textOf(one, 'code'))
  expect(['GOV', 'MUN', 'COM', 'PRI', 'EDU']).toEqual(expect.arrayContaining(classes))
})

scenario('security servers are published with a host name', { covers: ['TENANT-14'], needs }, async (target) => {
  const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS')
  const addresses = publishedServers(shared).map(({ address = '' }) => address)
  expect(addresses.filter((address) => !isHost(address))).toEqual([])
  expect(addresses).not.toEqual([])
})

/** Labels of letters, digits and hyphens, or an IP address; no port and no scheme. */
function isHost(address: string): boolean {
  return isIP(address) !== 0 || /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.?$/i.test(address)
}
