import { expect } from 'vitest'
import {
  privateParametersSchema,
  sharedParametersSchema,
} from '../../fixtures/configuration-schema/parameters-schema.ts'
import { configurationVersions } from '../../fixtures/configuration-version.ts'
import { parseClientPath } from '../../fixtures/identifiers.ts'
import { childOf, type XmlElement } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { checkDocument } from './check-document.ts'
import { elementsOf, observeSource, textOf, textsOf } from './configuration-source.ts'
import { headerOf, instanceOf } from './header-value.ts'

const needs = ['central-server'] as const

for (const version of configurationVersions) {
  scenario(
    `shared parameters follow the schema of version ${version}`,
    { covers: ['GCONF-19'], needs },
    async (target) => {
      const document = await (await observeSource(target)).document('SHARED-PARAMETERS', version)
      expect(() =>
        checkDocument(document, sharedParametersSchema(version), 'malformed', 'shared-params.xml'),
      ).not.toThrow()
    },
  )

  scenario(
    `private parameters follow the schema of version ${version}`,
    { covers: ['GCONF-20'], needs },
    async (target) => {
      const document = await (await observeSource(target)).document('PRIVATE-PARAMETERS', version)
      expect(() =>
        checkDocument(document, privateParametersSchema(version), 'malformed', 'private-params.xml'),
      ).not.toThrow()
    },
  )
}

for (const identifier of ['SHARED-PARAMETERS', 'PRIVATE-PARAMETERS'] as const) {
  scenario(
    `${identifier} are of the instance that the directory says`,
    { covers: ['GCONF-21'], needs },
    async (target) => {
      const source = await observeSource(target)
      const { entries } = await source.directory()
      const listed = entries.map(({ headers }) => headerOf(headers, 'Content-identifier'))
      const instance = instanceOf(listed.find((one) => one?.value === identifier))
      expect([undefined, textOf(await source.parameters(identifier), 'instanceIdentifier')]).toContain(instance)
    },
  )
}

scenario(
  'owners and clients of security servers are members and subsystems',
  { covers: ['GCONF-34'], needs },
  async (target) => {
    const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS')
    const members = elementsOf(shared, 'member')
    const known = [...members, ...members.flatMap((member) => elementsOf(member, 'subsystem'))]
    const ids = new Set(known.map(({ attributes }) => attributes.get('id')))
    const servers = elementsOf(shared, 'securityServer')
    const named = servers.flatMap((server) => [...textsOf(server, 'owner'), ...textsOf(server, 'client')])
    expect(named.filter((id) => !ids.has(id))).toEqual([])
  },
)

for (const [version, algorithm, length] of [
  [2, 'SHA-1', 20],
  [4, 'SHA-256', 32],
] as const) {
  scenario(
    `version ${version} names authentication certificates by ${algorithm}`,
    { covers: ['GCONF-35'], needs },
    async (target) => {
      const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS', version)
      const hashes = elementsOf(shared, 'securityServer').flatMap((server) => textsOf(server, 'authCertHash'))
      expect(hashes.map((hash) => Buffer.from(hash, 'base64').length)).toEqual(hashes.map(() => length))
      expect(hashes).not.toEqual([])
    },
  )
}

scenario(
  'security servers in maintenance mode are published with their message',
  { covers: ['GCONF-36'], needs },
  async (target) => {
    const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS', 5)
    const published = elementsOf(shared, 'securityServer')
      .filter((server) => childOf(server, 'inMaintenanceMode') !== undefined)
      .map((server) => [textOf(server, 'serverCode'), textOf(childOf(server, 'inMaintenanceMode'), 'message')])
    const configured = target.topology.servers.filter(({ maintenance }) => maintenance !== undefined)
    expect(published).toEqual(
      expect.arrayContaining(configured.map(({ code, maintenance }) => [code, maintenance?.message])),
    )
  },
)

scenario('subsystems have no names before version 5', { covers: ['GCONF-36'], needs }, async (target) => {
  const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS')
  const subsystems = elementsOf(shared, 'member').flatMap((member) => elementsOf(member, 'subsystem'))
  expect(subsystems.flatMap((subsystem) => textsOf(subsystem, 'subsystemName'))).toEqual([])
})

scenario(
  'sources have an address and certificates of both configurations',
  { covers: ['GCONF-37'], needs },
  async (target) => {
    const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS', 4)
    const [source] = elementsOf(shared, 'source')
    expect(textOf(source, 'address') ?? '').not.toBe('')
    expect(textsOf(source, 'internalVerificationCert')).not.toEqual([])
    expect(textsOf(source, 'externalVerificationCert')).not.toEqual([])
  },
)

scenario('private parameters name the management services', { covers: ['GCONF-38'], needs }, async (target) => {
  const root = await (await observeSource(target)).parameters('PRIVATE-PARAMETERS')
  const service = childOf(root, 'managementService')
  expect(textOf(service, 'authCertRegServiceAddress') ?? '').toMatch(/^https:/)
  expect(textOf(service, 'authCertRegServiceCert') ?? '').toMatch(/^\s*MII/)
  expect(childOf(service, 'managementRequestServiceProviderId')?.children.map(({ name }) => name)).toContain(
    'memberCode',
  )
})

scenario('global settings name the member classes', { covers: ['GCONF-39'], needs }, async (target) => {
  const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS')
  const settings = childOf(shared, 'globalSettings')
  const classes = elementsOf(settings, 'memberClass').map((one) => textOf(one, 'code'))
  expect(classes).toEqual(expect.arrayContaining(target.topology.memberClasses))
  expect(Number(textOf(settings, 'ocspFreshnessSeconds'))).toBeGreaterThan(0)
})

scenario('global groups list their members by identifier', { covers: ['GCONF-40'], needs }, async (target) => {
  const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS')
  const published = elementsOf(shared, 'globalGroup').map((group) => [
    textOf(group, 'groupCode'),
    elementsOf(group, 'groupMember').map(identifierParts),
  ])
  const configured = target.topology.globalGroups.map(({ code, members }) => [code, members.map(pathParts)])
  expect(published).toEqual(expect.arrayContaining(configured))
})

function identifierParts(member: XmlElement): string[] {
  return member.children.map(({ text }) => text)
}

function pathParts(path: string): string[] {
  const id = parseClientPath(path)
  if (id === undefined) return []
  const { instance, memberClass, memberCode } = id
  return [instance, memberClass, memberCode, ...(id.kind === 'subsystem' ? [id.subsystemCode] : [])]
}
