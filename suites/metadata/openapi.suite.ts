import { expect } from 'vitest'
import { type ClientId, formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import type { Seen } from '../observe/answer.ts'
import { bodyText, headerValue, headerValues, mediaType } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { publishedDescription } from '../target/published-description.ts'
import type { Target } from '../target/target.ts'

// getOpenAPI: the description of a REST service. It is YAML or JSON, whichever its provider publishes.

const version3 = /^\s*\{?\s*["']?openapi["']?\s*:\s*["']?3\./m
const address = /["']?url["']?\s*:\s*["']?[a-z]+:\/\//
/** The address of the first server, in YAML and in JSON. */
const firstServer = /["']?servers["']?\s*:[\s\S]*?["']?url["']?\s*:\s*["']?([^"'\s,}]+)/
const operation = /["']?operationId["']?\s*:\s*["']?([\w.-]+)/g
const path = /["']?url["']?\s*:\s*["']?\//

scenario('openapi description of a service', { covers: ['META-24', 'META-27'] }, async (target) => {
  const seen = await getOpenApi(target, target.described('openapi').id)
  expect(seen).toBeServiceResponse()
  if (seen.kind !== 'response') return
  expect(headerValues(seen, 'content-type')).toHaveLength(1)
  expect(bodyText(seen)).toMatch(version3)
  expect(headerValue(seen, 'x-road-id')).toBe(seen.call.messageId)
})

scenario('openapi description is that which its provider publishes', { covers: ['META-24'] }, async (target) => {
  const { id } = target.described('openapi')
  const published = await publishedDescription(target, id)
  const seen = await getOpenApi(target, id)
  const operations = operationsOf(bodyText(published))
  expect(operations).not.toEqual([])
  expect(seen.kind === 'response' && operationsOf(bodyText(seen))).toEqual(operations)
})

scenario('openapi description has the type that its provider gives it', { covers: ['META-24'] }, async (target) => {
  const { id } = target.described('openapi')
  const { type } = mediaType(await publishedDescription(target, id))
  const seen = await getOpenApi(target, id)
  expect([type, 'text/plain']).toContain(seen.kind === 'response' && mediaType(seen).type)
})

scenario('openapi description needs no right to the service', { covers: ['META-14'] }, async (target) => {
  const seen = await getOpenApi(target, target.described('openapi').id, target.client('without-rights'))
  expect(seen.kind === 'response' ? bodyText(seen) : '').toMatch(version3)
})

scenario('openapi description has the x-road headers of an answer', { covers: ['META-27'] }, async (target) => {
  const { provider } = target.described('openapi').id
  const seen = await getOpenApi(target, target.described('openapi').id)
  const value = (name: string) => (seen.kind === 'response' && headerValue(seen, name)) || ''
  expect(value('x-road-id')).toBe(seen.call.messageId)
  expect(value('x-road-client')).toBe(formatPath(target.client('https')))
  expect(value('x-road-service')).toBe(`${formatPath(provider)}/getOpenAPI`)
  expect(value('x-road-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(value('x-road-request-hash')).toMatch(/^[A-Za-z0-9+/]{86}==$/)
})

scenario('getOpenAPI is a service like any other by post', { covers: ['META-28'] }, async (target) => {
  const service = metaservice(target.service('random', 'rest'))
  const client = target.client('https')
  const seen = await target.rest({ client }).get(service, '?serviceCode=any', { method: 'POST', body: '{}' })
  expect(seen).toBeFault('serviceUnknown', { origin: 'serverProxy', service })
})

scenario('request for an openapi description names a service', { covers: ['META-24'] }, async (target) => {
  const { provider } = target.service('random', 'rest')
  const client = target.client('https')
  const seen = await target.rest({ client }).get({ kind: 'service', provider, serviceCode: 'getOpenAPI' })
  expect(seen).toBeFault('metaServiceCodeMissing', { origin: 'serverProxy' })
})

scenario('no openapi description of an unknown service', { covers: ['META-25'] }, async (target) => {
  const service = { ...target.service('random', 'rest'), serviceCode: 'no-such-service' }
  expect(await getOpenApi(target, service)).toBeFault('openApiServiceUnknown', { origin: 'serverProxy', service })
})

scenario('no openapi description of a rest service without one', { covers: ['META-25'] }, async (target) => {
  const seen = await getOpenApi(target, target.service('random', 'rest'))
  expect(seen).toBeFault('openApiServiceType', { origin: 'serverProxy', text: { type: 'REST' } })
})

scenario('no openapi description of a soap service', { covers: ['META-25'] }, async (target) => {
  const seen = await getOpenApi(target, target.unversionedService())
  expect(seen).toBeFault('openApiServiceType', { origin: 'serverProxy', text: { type: 'WSDL' } })
})

scenario('openapi description that its provider does not have is an error', { covers: ['META-25'] }, async (target) => {
  const seen = await getOpenApi(target, target.described('missing-openapi').id)
  expect(seen).toBeFault('openApiStatus', { origin: 'serverProxy', text: { status: 404 } })
})

scenario('openapi description tells only the paths of its servers', { covers: ['META-26'] }, async (target) => {
  const seen = await getOpenApi(target, target.described('openapi').id)
  const text = seen.kind === 'response' ? bodyText(seen) : ''
  expect(text).toMatch(path)
  expect(text).not.toMatch(address)
})

scenario('openapi description keeps the path of a server', { covers: ['META-26'] }, async (target) => {
  const { id } = target.described('openapi')
  const server = firstServer.exec(bodyText(await publishedDescription(target, id)))?.[1] ?? ''
  const pathname = URL.parse(server)?.pathname
  expect(pathname).toBeDefined()
  const seen = await getOpenApi(target, id)
  expect(seen.kind === 'response' && firstServer.exec(bodyText(seen))?.[1]).toBe(pathname)
})

function getOpenApi(target: Target, service: ServiceId, client: ClientId = target.client('https')): Promise<Seen> {
  const query = `?serviceCode=${encodeURIComponent(service.serviceCode)}`
  return target.rest({ client }).get(metaservice(service), query)
}

function metaservice({ provider }: ServiceId): ServiceId {
  return { kind: 'service', provider, serviceCode: 'getOpenAPI' }
}

function operationsOf(text: string): (string | undefined)[] {
  return [...text.matchAll(operation)].map(([, name]) => name)
}
