import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import { clientId, type ServiceId } from '../../fixtures/identifiers.ts'
import type { RequirementId } from '../../fixtures/requirements/index.ts'
import type { FaultCircumstances } from '../observe/expected-fault.ts'
import { scenario } from '../scenario.ts'
import { bytesOf, ordinaryMessage } from '../target/ordinary-message.ts'

// The fields of the SOAP header: which there must be, what may be in them, and that spelling does not matter.

for (const field of ['client', 'id', 'protocolVersion'] as const) {
  const requirement = ({ client: 'SOAP-HDR-01', id: 'SOAP-HDR-03', protocolVersion: 'SOAP-HDR-04' } as const)[field]
  scenario(`message without ${field} refused`, { covers: [requirement] }, async (target) => {
    const { text, send } = ordinaryMessage(target)
    const seen = await send(text.replace(fieldNamed(field), ''))
    expect(seen).toBeFault('headerFieldMissing', { origin: 'client', text: { field } })
  })
}

scenario('message without service refused', { covers: ['SOAP-HDR-02'] }, async (target) => {
  const { text, send } = ordinaryMessage(target)
  expect(await send(text.replace(fieldNamed('service'), ''))).toBeFault('serviceMissing', { origin: 'client' })
})

scenario('field of another namespace does not count', { covers: ['SOAP-MSG-28', 'SOAP-HDR-03'] }, async (target) => {
  const { text, send } = ordinaryMessage(target)
  const seen = await send(text.replace(fieldNamed('id'), '<n:id xmlns:n="urn:not-x-road">1</n:id>'))
  expect(seen).toBeFault('headerFieldMissing', { origin: 'client', text: { field: 'id' } })
})

for (const field of ['client', 'service', 'id', 'userId', 'issue', 'protocolVersion'] as const) {
  scenario(`message with ${field} twice refused`, { covers: ['SOAP-HDR-08'] }, async (target) => {
    const { text, send } = ordinaryMessage(target, { userId: 'FI1', extraHeader: '<xro:issue>1</xro:issue>' })
    const seen = await send(text.replace(fieldNamed(field), '$&$&'))
    const name = `{http://x-road.eu/xsd/xroad.xsd}${field}`
    expect(seen).toBeFault('headerFieldDuplicate', { origin: 'client', text: { field: name } })
  })
}

for (const version of ['3.1', '5.0', 'abc', '4', '']) {
  scenario(
    `protocol version ${version === '' ? 'that is empty' : version} refused`,
    { covers: ['SOAP-HDR-05'] },
    async (target) => {
      const seen = await target
        .soap({ client: target.client('https') })
        .call(target.service('random', 'soap'), { protocolVersion: version })
      expect(seen).toBeFault('protocolVersionInvalid', { origin: 'client', text: { version } })
    },
  )
}

for (const [what, character] of [
  ['a colon', ':'],
  ['a semicolon', ';'],
  ['a backslash', '\\'],
  ['a slash', '/'],
] as const) {
  scenario(`identifier with ${what} looked up like any other`, { covers: ['SOAP-HDR-33'] }, async (target) => {
    const { instance, memberClass, memberCode } = target.client('https')
    const provider = clientId(instance, memberClass, memberCode, `No${character}Such`)
    const service: ServiceId = { ...target.service('random', 'soap'), provider }
    const seen = await target.soap({ client: target.client('https') }).call(service)
    expect(seen).toBeFault('providerNotFound', { service })
  })
}

scenario('message with neither user nor issue accepted', { covers: ['SOAP-HDR-06', 'SOAP-HDR-07'] }, async (target) => {
  const { text, send } = ordinaryMessage(target)
  expect(text).not.toMatch(/userId|issue/)
  expect(await send(text)).toBeServiceResponse()
})

scenario('fields in reverse order accepted', { covers: ['SOAP-HDR-09'] }, async (target) => {
  const { text, send } = ordinaryMessage(target, { userId: 'FI1' })
  const reversed = text.replace(/(?<=<soapenv:Header>\n).*(?=\n<\/soapenv:Header>)/s, (fields) =>
    fields.split('\n').toReversed().join('\n'),
  )
  expect(await send(reversed)).toBeServiceResponse()
})

scenario('fields with the namespace as default accepted', { covers: ['SOAP-MSG-28'] }, async (target) => {
  const { text, send } = ordinaryMessage(target)
  const unprefixed = text
    .replace(/<xro:(\w+)/g, '<$1 xmlns="http://x-road.eu/xsd/xroad.xsd"')
    .replaceAll('</xro:', '</')
  expect(await send(unprefixed)).toBeServiceResponse()
})

const wrongIdentifiers = [
  ['client without object type', 'SOAP-HDR-10', 'objectTypeMissing', ' iden:objectType="SUBSYSTEM"', '', {}],
  ['client of unknown object type', 'SOAP-HDR-10', 'objectTypeUnknown', 'SUBSYSTEM', 'HUMAN', { type: 'HUMAN' }],
  [
    'client with the type of a service',
    'SOAP-HDR-10',
    'objectTypeUnexpected',
    'SUBSYSTEM',
    'SERVICE',
    { type: 'SERVICE' },
  ],
  [
    'client with a type in lower case',
    'SOAP-HDR-10',
    'objectTypeUnknown',
    'SUBSYSTEM',
    'subsystem',
    { type: 'subsystem' },
  ],
  ['service without object type', 'SOAP-HDR-11', 'objectTypeMissing', ' iden:objectType="SERVICE"', '', {}],
  [
    'service with the type of a client',
    'SOAP-HDR-11',
    'objectTypeUnexpected',
    'SERVICE',
    'SUBSYSTEM',
    { type: 'SUBSYSTEM' },
  ],
  [
    'client without instance',
    'SOAP-HDR-12',
    'identifierPartBlank',
    part('xRoadInstance'),
    '',
    { part: 'xRoadInstance' },
  ],
  [
    'client without member class',
    'SOAP-HDR-12',
    'identifierPartBlank',
    part('memberClass'),
    '',
    { part: 'memberClass' },
  ],
  ['client without member code', 'SOAP-HDR-12', 'identifierPartBlank', part('memberCode'), '', { part: 'memberCode' }],
  [
    'service without service code',
    'SOAP-HDR-13',
    'identifierPartBlank',
    part('serviceCode'),
    '',
    { part: 'serviceCode' },
  ],
] as const satisfies readonly (readonly [
  string,
  RequirementId,
  FaultSituationName,
  string | RegExp,
  string,
  NonNullable<FaultCircumstances['text']>,
])[]

for (const [what, requirement, situation, wrong, instead, parameters] of wrongIdentifiers) {
  scenario(`${what} refused`, { covers: [requirement] }, async (target) => {
    const { text, send } = ordinaryMessage(target)
    expect(await send(text.replace(wrong, instead))).toBeFault(situation, { origin: 'client', text: parameters })
  })
}

scenario('client without subsystem is the member', { covers: ['SOAP-HDR-12'] }, async (target) => {
  const { text, client, send } = ordinaryMessage(target)
  const { instance, memberClass, memberCode } = client
  const seen = await send(text.replace(part('subsystemCode'), '').replace('"SUBSYSTEM"', '"MEMBER"'))
  const member = { kind: 'member', instance, memberClass, memberCode } as const
  expect(seen).toBeOneOfFaults([
    ['clientNotFound', { client: member }],
    ['certificateNotListed', { client: member }],
  ])
})

scenario('client with a blank at the end is another', { covers: ['SOAP-HDR-12'] }, async (target) => {
  const { text, client, send } = ordinaryMessage(target)
  const seen = await send(text.replace('</iden:memberCode>', ' </iden:memberCode>'))
  expect(seen).toBeFault('clientNotFound', { client: { ...client, memberCode: `${client.memberCode} ` } })
})

scenario('version of a service that there is not refused', { covers: ['SOAP-HDR-14'] }, async (target) => {
  const service = { ...target.service('random', 'soap'), serviceVersion: 'v9' }
  const seen = await target.soap({ client: target.client('https') }).call(service)
  expect(seen).toBeFault('serviceUnknown', { origin: 'serverProxy', service })
})

scenario(
  'blanks around an id reach the provider',
  { covers: ['SOAP-MSG-23', 'SOAP-HDR-03'], needs: ['control'] },
  async (target) => {
    const id = ` ${randomUUID()}  `
    const service = target.scriptedService('soap').id
    const seen = await target.soap({ client: target.client('https') }).call(service, { id })
    const calls = await target.providerCalls(seen)
    expect(calls.map((call) => bytesOf(call).toString())).toEqual([expect.stringContaining(`<xro:id>${id}</xro:id>`)])
  },
)

const extraFields = [
  ['field of another namespace', 'SOAP-MSG-29', '<x:trace xmlns:x="urn:trace" x:on="1"><x:step>1</x:step></x:trace>'],
  [
    'field that must be understood',
    'SOAP-MSG-29',
    '<x:trace xmlns:x="urn:trace" soapenv:mustUnderstand="1">1</x:trace>',
  ],
  ['unknown field of the x-road namespace', 'SOAP-MSG-29', '<xro:novelty>1</xro:novelty>'],
] as const

for (const [what, requirement, field] of extraFields) {
  scenario(`${what} reaches the provider`, { covers: [requirement], needs: ['control'] }, async (target) => {
    const service = target.scriptedService('soap').id
    const seen = await target.soap({ client: target.client('https') }).call(service, { extraHeader: field })
    const calls = await target.providerCalls(seen)
    expect(calls.map((call) => bytesOf(call).toString())).toEqual([expect.stringContaining(field)])
  })
}

function fieldNamed(name: string): RegExp {
  return new RegExp(`<xro:${name}\\b.*?</xro:${name}>`, 's')
}

function part(name: string): RegExp {
  return new RegExp(`<iden:${name}>[^<]*</iden:${name}>`)
}
