import { expect } from 'vitest'
import type { ServiceId } from '../../fixtures/identifiers.ts'
import type { Seen } from '../observe/answer.ts'
import { bodyText, headerValue, headerValues } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// getOpenAPI: the description of a REST service. It is YAML or JSON, whichever its provider publishes.

const version3 = /^\s*\{?\s*["']?openapi["']?\s*:\s*["']?3\./m
const address = /["']?url["']?\s*:\s*["']?[a-z]+:\/\//
const path = /["']?url["']?\s*:\s*["']?\//

scenario('openapi description of a service', { covers: ['META-24', 'META-27'] }, async (target) => {
  const seen = await getOpenApi(target, target.described('openapi').id)
  expect(seen).toBeServiceResponse()
  if (seen.kind !== 'response') return
  expect(headerValues(seen, 'content-type')).toHaveLength(1)
  expect(bodyText(seen)).toMatch(version3)
  expect(headerValue(seen, 'x-road-id')).toBe(seen.call.messageId)
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

function getOpenApi(target: Target, { provider, serviceCode }: ServiceId): Promise<Seen> {
  const client = target.client('https')
  const query = `?serviceCode=${encodeURIComponent(serviceCode)}`
  return target.rest({ client }).get({ kind: 'service', provider, serviceCode: 'getOpenAPI' }, query)
}
