import { expect } from 'vitest'
import type { ServiceId } from '../../fixtures/identifiers.ts'
import type { SoapOptions } from '../client/soap-client.ts'
import { escapeXml } from '../client/soap-envelope.ts'
import type { Seen } from '../observe/answer.ts'
import { soapMethodsOf } from '../observe/method-list.ts'
import { readParts } from '../observe/related-parts.ts'
import { bodyText, headerValue, parseEnvelope } from '../observe/response.ts'
import { childOf, parseXml, type XmlElement } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { publishedDescription } from '../target/published-description.ts'
import type { Target } from '../target/target.ts'

// getWsdl: the description of a SOAP service, as an attachment.

const xroad = 'http://x-road.eu/xsd/xroad.xsd'
const wsdlNamespace = 'http://schemas.xmlsoap.org/wsdl/'
const soapBinding = 'http://schemas.xmlsoap.org/wsdl/soap/'

scenario('wsdl of a service comes as an attachment', { covers: ['META-15'] }, async (target) => {
  const { content, wsdl, types } = wsdlAnswer(await getWsdl(target, target.service('random', 'soap')))
  expect(content).toMatchObject({ name: 'getWsdlResponse', namespace: xroad })
  expect(types).toEqual([expect.stringMatching(/^text\/xml\b/), expect.stringMatching(/^text\/xml\b/)])
  expect(wsdl).toMatchObject({ name: 'definitions', namespace: wsdlNamespace })
})

scenario('wsdl is found with and without a version', { covers: ['META-16', 'META-17'] }, async (target) => {
  for (const service of [target.service('random', 'soap'), target.unversionedService()]) {
    const { content } = wsdlAnswer(await getWsdl(target, service))
    expect(childOf(content, 'serviceCode', xroad)?.text).toBe(service.serviceCode)
    expect(childOf(content, 'serviceVersion', xroad)?.text).toBe(service.serviceVersion)
  }
})

scenario('request for a wsdl names a service', { covers: ['META-16'] }, async (target) => {
  const { provider } = target.service('random', 'soap')
  const client = target.client('https')
  const seen = await target.soap({ client }).call(metaservice(provider), { body: '<xro:getWsdl/>' })
  expect(seen).toBeFault('metaServiceCodeMissing', { origin: 'serverProxy' })
})

scenario('wsdl tells no address of the provider', { covers: ['META-18'] }, async (target) => {
  const { wsdl } = wsdlAnswer(await getWsdl(target, target.service('random', 'soap')))
  const addresses = wsdl === undefined ? [] : everyAddress(wsdl)
  expect(addresses).not.toEqual([])
  expect([...new Set(addresses)]).toEqual(['http://example.org/xroad-endpoint'])
})

scenario('wsdl is as its provider publishes it but for addresses', { covers: ['META-18'] }, async (target) => {
  const service = target.service('random', 'soap')
  const { wsdl } = wsdlAnswer(await getWsdl(target, service))
  const published = parseXml(bodyText(await publishedDescription(target, service)))
  expect(published).toBeDefined()
  expect(wsdl && withoutAddresses(wsdl)).toEqual(published && withoutAddresses(published))
})

scenario('wsdl needs no right to the service', { covers: ['META-14'] }, async (target) => {
  const seen = await getWsdl(target, target.service('closed', 'soap'), { client: target.client('without-rights') })
  expect(wsdlAnswer(seen).wsdl).toMatchObject({ name: 'definitions', namespace: wsdlNamespace })
})

scenario('answer with a wsdl has the user of the request', { covers: ['META-12'] }, async (target) => {
  const seen = await getWsdl(target, target.service('random', 'soap'), { userId: 'FI1' })
  const { header } = wsdlAnswer(seen)
  expect(childOf(header, 'id', xroad)?.text).toBe(seen.call.messageId)
  expect(childOf(header, 'userId', xroad)?.text).toBe('FI1')
  expect(childOf(header, 'requestHash', xroad)?.text ?? '').toMatch(/^[A-Za-z0-9+/]{86}==$/)
})

scenario('no wsdl of an unknown service', { covers: ['META-19'] }, async (target) => {
  const service = { ...target.service('random', 'soap'), serviceCode: 'noSuchService' }
  expect(await getWsdl(target, service)).toBeFault('wsdlUnknown', { origin: 'serverProxy', service })
})

scenario('no wsdl of a rest service', { covers: ['META-19'] }, async (target) => {
  const seen = await getWsdl(target, target.service('random', 'rest'))
  expect(seen).toBeFault('wsdlOfRestService', { origin: 'serverProxy' })
})

scenario('wsdl that its provider does not have is an error', { covers: ['META-20'] }, async (target) => {
  const seen = await getWsdl(target, target.described('missing-wsdl').id)
  expect(seen).toBeFault('descriptionStatus', { origin: 'serverProxy', text: { status: 404 } })
})

scenario('operations of a wsdl are services of that code and version', { covers: ['SVC-03'] }, async (target) => {
  const { wsdl } = wsdlAnswer(await getWsdl(target, target.service('random', 'soap')))
  const operations = wsdl === undefined ? [] : describedOperations(wsdl)
  expect(operations).not.toEqual([])
  const list = metaservice(target.service('random', 'soap').provider, 'listMethods')
  const seen = await target.soap({ client: target.client('https') }).call(list)
  const listed = soapMethodsOf(seen, 'listMethods')?.map(({ serviceCode, serviceVersion }) => [
    serviceCode,
    serviceVersion,
  ])
  expect(listed).toEqual(expect.arrayContaining(operations))
})

function getWsdl(
  target: Target,
  { provider, serviceCode, serviceVersion }: ServiceId,
  { client = target.client('https'), ...parts }: Pick<SoapOptions, 'client' | 'userId'> = {},
): Promise<Seen> {
  const version =
    serviceVersion === undefined ? '' : `<xro:serviceVersion>${escapeXml(serviceVersion)}</xro:serviceVersion>`
  const body = `<xro:getWsdl><xro:serviceCode>${escapeXml(serviceCode)}</xro:serviceCode>${version}</xro:getWsdl>`
  return target.soap({ client }).call(metaservice(provider), { ...parts, body })
}

function metaservice(provider: ServiceId['provider'], serviceCode: 'getWsdl' | 'listMethods' = 'getWsdl'): ServiceId {
  return { kind: 'service', provider, serviceCode }
}

interface WsdlAnswer {
  /** Content types of the parts. */
  readonly types: readonly string[]
  readonly header: XmlElement | undefined
  readonly content: XmlElement | undefined
  readonly wsdl: XmlElement | undefined
}

function wsdlAnswer(seen: Seen): WsdlAnswer {
  const parts = seen.kind === 'response' ? readParts(seen) : []
  const [soap, attachment] = parts.map(({ body }) => Buffer.from(body))
  const envelope = soap && parseEnvelope({ body: soap })
  return {
    types: parts.map((part) => headerValue(part, 'content-type') ?? ''),
    header: envelope?.header,
    content: envelope?.content,
    wsdl: attachment && parseXml(attachment.toString()),
  }
}

/** Code and version of every operation of the bindings. */
function describedOperations({ children }: XmlElement): (string | undefined)[][] {
  return children
    .filter(({ name, namespace }) => name === 'binding' && namespace === wsdlNamespace)
    .flatMap((binding) => binding.children)
    .filter(({ name, namespace }) => name === 'operation' && namespace === wsdlNamespace)
    .map((operation) => [operation.attributes.get('name'), childOf(operation, 'version', xroad)?.text])
}

function everyAddress(element: XmlElement): (string | undefined)[] {
  const own =
    element.name === 'address' && element.namespace === soapBinding ? [element.attributes.get('location')] : []
  return [...own, ...element.children.flatMap(everyAddress)]
}

/** What is to be compared: space between elements and where namespaces are declared do not matter. */
function withoutAddresses({ namespace, name, attributes, children, text }: XmlElement): unknown {
  const isAddress = name === 'address' && namespace === soapBinding
  const counts = ([key]: [string, string]) => !/^xmlns(:|$)/.test(key) && !(isAddress && key === 'location')
  const sorted = [...attributes].filter(counts).sort(([one], [other]) => (one < other ? -1 : 1))
  return { namespace, name, attributes: sorted, text: text.trim(), children: children.map(withoutAddresses) }
}
