import { expect } from 'vitest'
import {
  type ClientId,
  clientIdOf,
  formatPath,
  memberOf,
  type ServerId,
  type ServiceId,
} from '../../fixtures/identifiers.ts'
import type { Seen } from '../observe/answer.ts'
import { headerValues } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { NotApplicable } from '../target/not-applicable.ts'
import { bytesOf } from '../target/ordinary-message.ts'
import { type Protocol, protocols } from '../target/protocol.ts'
import type { Target } from '../target/target.ts'

// The extensions: the server that a message is meant for, the party that is represented, the token of a user.

for (const protocol of protocols) {
  const selects = protocol === 'soap' ? 'EXT-TGT-01' : 'EXT-TGT-06'

  scenario(`server that hosts the service may be named (${protocol})`, { covers: [selects] }, async (target) => {
    const { service } = target.serviceInMaintenance('partly', protocol)
    const server = hostOf(target, service, false)
    expect(await askServer(target, protocol, service, server)).toBeServiceResponse()
  })

  scenario(
    `server that is in maintenance is not replaced by another (${protocol})`,
    { covers: [selects, 'EXT-TGT-07'] },
    async (target) => {
      const { service } = target.serviceInMaintenance('partly', protocol)
      const server = hostOf(target, service, true)
      expect(await askServer(target, protocol, service, server)).toBeFault('targetInMaintenance', { server })
    },
  )

  scenario(`unknown server refused (${protocol})`, { covers: ['EXT-TGT-03', selects] }, async (target) => {
    const service = target.service('random', protocol)
    const server = { ...hostOf(target, service, false), serverCode: 'no-such-server' }
    expect(await askServer(target, protocol, service, server)).toBeFault('serverUnknown', { server })
  })

  scenario(
    `server that does not host the service refused (${protocol})`,
    { covers: ['EXT-TGT-04'] },
    async (target) => {
      const service = target.service('random', protocol)
      const server = otherServer(target, service)
      expect(await askServer(target, protocol, service, server)).toBeFault('serverNotHosting', { server })
    },
  )
}

for (const type of ['MEMBER', 'SERVICE']) {
  scenario(`server with the type ${type} refused`, { covers: ['EXT-TGT-02'] }, async (target) => {
    const service = target.service('random', 'soap')
    const extraHeader = writeServer(hostOf(target, service, false)).replace('"SERVER"', `"${type}"`)
    const seen = await target.soap({ client: target.client('https') }).call(service, { extraHeader })
    expect(seen).toBeFault('objectTypeUnexpected', { origin: 'client', text: { type } })
  })
}

scenario('server without code refused', { covers: ['EXT-TGT-02'] }, async (target) => {
  const service = target.service('random', 'soap')
  const extraHeader = writeServer(hostOf(target, service, false)).replace(/<iden:serverCode>.*?<\/iden:serverCode>/, '')
  const seen = await target.soap({ client: target.client('https') }).call(service, { extraHeader })
  expect(seen).toBeFault('identifierPartBlank', { origin: 'client', text: { part: 'serverCode' } })
})

for (const [count, value] of [
  ['three', 'A/B/C'],
  ['five', 'A/B/C/D/E'],
] as const) {
  scenario(`server of ${count} parts refused (rest)`, { covers: ['EXT-TGT-06'] }, async (target) => {
    const headers = [['X-Road-Security-Server', value]] as const
    const seen = await target
      .rest({ client: target.client('https') })
      .get(target.service('random', 'rest'), '/random', { headers })
    expect(seen).toBeFault('serverIdInvalid')
  })
}

const partyOf = (content: string) =>
  `<r:representedParty xmlns:r="http://x-road.eu/xsd/representation.xsd">${content}</r:representedParty>`
const partyClass = '<r:partyClass>COM</r:partyClass>'
const partyCode = '<r:partyCode>MEMBER3</r:partyCode>'
const tokenOf = (attributes: string, token: string) =>
  `<t:securityToken xmlns:t="http://x-road.eu/xsd/security-token.xsd"${attributes}>${token}</t:securityToken>`
const jwt = ' tokenType="urn:ietf:params:oauth:token-type:jwt"'

for (const [what, field] of [
  ['represented party of class and code', partyOf(partyClass + partyCode)],
  ['represented party of a code alone', partyOf(partyCode)],
  ['security token', tokenOf(jwt, 'e30.e30.')],
] as const) {
  const requirement = field.includes('Token') ? 'EXT-TOK-01' : 'EXT-REPR-01'
  scenario(`${what} passes to the provider (soap)`, { covers: [requirement], needs: ['control'] }, async (target) => {
    const service = target.scriptedService('soap').id
    const seen = await target.soap({ client: target.client('https') }).call(service, { extraHeader: field })
    const calls = await target.providerCalls(seen)
    expect(calls.map((call) => bytesOf(call).toString())).toEqual([expect.stringContaining(field)])
  })
}

for (const protocol of protocols) {
  scenario(
    `expired global configuration of the provider's server stops every message (${protocol})`,
    { covers: ['STATE-11'] },
    async (target) => {
      const server = serverThat(target, ({ running, settings }) => running && !settings.globalConfigurationValid)
      const [hosted] = target.topology.servers.find(({ code }) => code === server.serverCode)?.clients ?? []
      if (hosted === undefined) throw new NotApplicable('that server hosts nobody')
      const service = { ...target.service('random', protocol), provider: clientIdOf(hosted.id) }
      const seen = await askServer(target, protocol, service, server)
      expect(seen).toBeFault('globalConfigurationExpired', { origin: 'serverProxy' })
    },
  )
}

for (const [what, field, name] of [
  ['represented party twice', partyOf(partyCode) + partyOf(partyCode), 'representedParty'],
  ['represented party with two codes', partyOf(partyCode + partyCode), 'partyCode'],
  ['represented party with two classes', partyOf(partyClass + partyClass + partyCode), 'partyClass'],
] as const) {
  scenario(`${what} refused`, { covers: ['EXT-REPR-04'] }, async (target) => {
    const seen = await target
      .soap({ client: target.client('https') })
      .call(target.service('random', 'soap'), { extraHeader: field })
    const text = { field: `{http://x-road.eu/xsd/representation.xsd}${name}` }
    expect(seen).toBeFault('headerFieldDuplicate', { origin: 'client', text })
  })
}

for (const [what, name, value, requirement] of [
  ['represented party of class and code', 'X-Road-Represented-Party', 'COM/MEMBER3', 'EXT-REPR-05'],
  ['represented party of a code alone', 'X-Road-Represented-Party', 'MEMBER3', 'EXT-REPR-05'],
  ['bearer token', 'Authorization', 'Bearer e30.e30.', 'EXT-TOK-04'],
] as const) {
  scenario(`${what} passes to the provider (rest)`, { covers: [requirement], needs: ['control'] }, async (target) => {
    const seen = await target
      .rest({ client: target.client('https') })
      .get(target.service('random', 'rest'), '/random', { headers: [[name, value]] })
    const calls = await target.providerCalls(seen)
    expect(calls.map((call) => headerValues(call, name))).toEqual([[value]])
  })
}

for (const [what, field] of [
  ['without type', tokenOf('', 'e30.e30.')],
  ['of an unknown type', tokenOf(' tokenType="urn:unknown"', 'e30.e30.')],
  ['that is no token', tokenOf(jwt, 'nothing of the kind')],
  ['that expired long ago', tokenOf(jwt, `e30.${Buffer.from('{"exp":1}').toString('base64url')}.`)],
] as const) {
  scenario(`security token ${what} accepted`, { covers: ['EXT-TOK-03'] }, async (target) => {
    const seen = await target
      .soap({ client: target.client('https') })
      .call(target.service('random', 'soap'), { extraHeader: field })
    expect(seen).toBeServiceResponse()
  })
}

function askServer(target: Target, protocol: Protocol, service: ServiceId, server: ServerId): Promise<Seen> {
  const client = target.client('https')
  if (protocol === 'soap') return target.soap({ client }).call(service, { extraHeader: writeServer(server) })
  const headers = [['X-Road-Security-Server', formatPath(server)]] as const
  return target.rest({ client }).get(service, '/random', { headers })
}

function writeServer({ owner, serverCode }: ServerId): string {
  const parts = [
    ['xRoadInstance', owner.instance],
    ['memberClass', owner.memberClass],
    ['memberCode', owner.memberCode],
    ['serverCode', serverCode],
  ]
  const children = parts.map(([name, value]) => `<iden:${name}>${value}</iden:${name}>`).join('')
  return `<xro:securityServer iden:objectType="SERVER">${children}</xro:securityServer>`
}

function hostOf(target: Target, { provider }: ServiceId, inMaintenance: boolean): ServerId {
  return serverThat(target, (one) => hosts(one, provider) && (one.maintenance !== undefined) === inMaintenance)
}

function otherServer(target: Target, { provider }: ServiceId): ServerId {
  return serverThat(target, (one) => !hosts(one, provider))
}

type TopologyServer = Target['topology']['servers'][number]

function hosts({ clients }: TopologyServer, provider: ClientId): boolean {
  return clients.some(({ id }) => id === formatPath(provider))
}

function serverThat({ topology }: Target, suits: (one: TopologyServer) => boolean): ServerId {
  const found = topology.servers.find(suits)
  if (found === undefined) throw new NotApplicable('the topology has no security server that suits')
  return { kind: 'server', owner: memberOf(clientIdOf(found.owner)), serverCode: found.code }
}
