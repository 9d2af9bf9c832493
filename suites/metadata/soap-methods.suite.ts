import { expect } from 'vitest'
import type { ClientId, ServiceId } from '../../fixtures/identifiers.ts'
import type { Seen } from '../observe/answer.ts'
import { soapMethodsOf } from '../observe/method-list.ts'
import { parseEnvelope } from '../observe/response.ts'
import { soapRequestHash } from '../observe/soap-request-hash.ts'
import { childOf, type XmlElement } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { servicesOf } from '../target/cast/access.ts'
import { ordinaryMessage } from '../target/ordinary-message.ts'
import type { Target } from '../target/target.ts'

// listMethods and allowedMethods over SOAP.

const methods = ['listMethods', 'allowedMethods'] as const
const xroad = 'http://x-road.eu/xsd/xroad.xsd'

for (const role of ['random', 'closed'] as const) {
  const rights = role === 'random' ? 'with' : 'without'
  scenario(
    `listMethods lists the soap services of a provider ${rights} rights to them`,
    { covers: ['META-08'] },
    async (target) => {
      const service = target.service(role, 'soap')
      const listed = soapMethodsOf(await ask(target, 'listMethods', service), 'listMethods')
      expect(listed?.map(({ serviceCode }) => serviceCode).sort()).toEqual(soapCodes(target, service))
    },
  )
}

scenario('allowedMethods lists the soap services that the caller may call', { covers: ['META-09'] }, async (target) => {
  const seen = await ask(target, 'allowedMethods', target.service('random', 'soap'))
  expect(codesOf(seen)).toContain('getRandom')
})

scenario('allowedMethods lists no soap service of others', { covers: ['META-09'] }, async (target) => {
  const exclusive = target.service('exclusive', 'soap')
  const own = await ask(target, 'allowedMethods', exclusive)
  const other = await ask(target, 'allowedMethods', exclusive, target.client('other-tenant'))
  expect(codesOf(own)).toContain(exclusive.serviceCode)
  expect(soapMethodsOf(other, 'allowedMethods')).toBeDefined()
  expect(codesOf(other)).not.toContain(exclusive.serviceCode)
})

for (const method of methods) {
  scenario(`${method} leaves metadata services out (soap)`, { covers: ['META-10'] }, async (target) => {
    const listed = soapMethodsOf(await ask(target, method, target.service('random', 'soap')), method)
    expect(listed).toBeDefined()
    const metadata = new Set(['listMethods', 'allowedMethods', 'getWsdl', 'getOpenAPI'])
    expect(listed?.filter(({ serviceCode = '' }) => metadata.has(serviceCode))).toEqual([])
  })

  scenario(`${method} gives services in full (soap)`, { covers: ['META-11'] }, async (target) => {
    const service = target.service('random', 'soap')
    const listed = soapMethodsOf(await ask(target, method, service), method) ?? []
    const { kind: objectType, serviceCode, serviceVersion, provider } = service
    expect(listed).toContainEqual({
      objectType: objectType.toUpperCase(),
      xRoadInstance: provider.instance,
      memberClass: provider.memberClass,
      memberCode: provider.memberCode,
      serviceCode,
      serviceVersion,
      subsystemCode: provider.kind === 'subsystem' ? provider.subsystemCode : undefined,
    })
  })

  scenario(`answer to ${method} has every field of the request`, { covers: ['META-12'] }, async (target) => {
    const service = metaservice(target.service('random', 'soap'), method)
    const { text, send } = ordinaryMessage(target, { userId: 'FI1', extraHeader: '<xro:issue>1</xro:issue>' }, service)
    const seen = await send(text)
    const fields = seen.kind === 'response' ? (parseEnvelope(seen)?.header?.children ?? []) : []
    const sent = parseEnvelope({ body: Buffer.from(text) })?.header?.children ?? []
    expect(fields.filter(({ name }) => name !== 'requestHash').map(fieldOf)).toEqual(sent.map(fieldOf))
  })

  scenario(
    `answer to ${method} has the header and the hash of the request`,
    { covers: ['META-12'] },
    async (target) => {
      const message = ordinaryMessage(target, {}, metaservice(target.service('random', 'soap'), method))
      const seen = await message.send(message.text)
      const header = seen.kind === 'response' ? parseEnvelope(seen)?.header : undefined
      expect(childOf(header, 'id', xroad)?.text).toBe(message.id)
      expect(childOf(childOf(header, 'service', xroad), 'serviceCode')?.text).toBe(method)
      expect(childOf(header, 'requestHash', xroad)?.text).toBe(soapRequestHash(message.text))
    },
  )
}

for (const method of methods) {
  scenario(`${method} needs no right (soap)`, { covers: ['META-14'] }, async (target) => {
    const seen = await ask(target, method, target.service('closed', 'soap'), target.client('without-rights'))
    expect(seen).toBeServiceResponse()
    expect(soapMethodsOf(seen, method)).toBeDefined()
  })
}

scenario('allowedMethods is empty without any right (soap)', { covers: ['META-14'] }, async (target) => {
  const seen = await ask(target, 'allowedMethods', target.service('closed', 'soap'), target.client('without-rights'))
  expect(soapMethodsOf(seen, 'allowedMethods')).toEqual([])
})

function ask(
  target: Target,
  method: (typeof methods)[number],
  service: ServiceId,
  client: ClientId = target.client('https'),
): Promise<Seen> {
  return target.soap({ client }).call(metaservice(service, method))
}

/** A field of the header by its names and its text, that of identifiers included. */
function fieldOf({ namespace, name, text, children }: XmlElement): unknown[] {
  return [namespace, name, children.length === 0 ? text : '', ...children.map(fieldOf)]
}

/** Codes of the services in an answer to `allowedMethods`. */
function codesOf(seen: Seen): (string | undefined)[] {
  return (soapMethodsOf(seen, 'allowedMethods') ?? []).map(({ serviceCode }) => serviceCode)
}

function metaservice({ provider }: ServiceId, serviceCode: string): ServiceId {
  return { kind: 'service', provider, serviceCode }
}

function soapCodes({ topology }: Target, { provider }: ServiceId): string[] {
  return servicesOf(topology, provider)
    .filter(({ description }) => description.type === 'WSDL')
    .map(({ service }) => service.code)
    .sort()
}
