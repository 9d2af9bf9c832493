import { expect } from 'vitest'
import { type ClientId, formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import type { Seen } from '../observe/answer.ts'
import { type ListedRestMethod, restMethodsOf } from '../observe/method-list.ts'
import { headerValue, mediaType } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { servicesOf } from '../target/cast/access.ts'
import { NotApplicable } from '../target/not-applicable.ts'
import type { Target } from '../target/target.ts'

// listMethods and allowedMethods over REST.

const methods = ['listMethods', 'allowedMethods'] as const

for (const role of ['random', 'closed'] as const) {
  const rights = role === 'random' ? 'with' : 'without'
  scenario(
    `listMethods lists the rest services of a provider ${rights} rights to them`,
    { covers: ['META-21'] },
    async (target) => {
      const service = target.service(role, 'rest')
      const seen = await ask(target, 'listMethods', service)
      expect(seen.kind === 'response' && mediaType(seen).type).toBe('application/json')
      expect(codesOf(restMethodsOf(seen)).sort()).toEqual(restCodes(target, service))
    },
  )
}

scenario('listMethods gives the type and the endpoints of rest services', { covers: ['META-21'] }, async (target) => {
  requireEndpoints(target)
  const described = target.described('openapi')
  const listed = restMethodsOf(await ask(target, 'listMethods', described.id))
  const entry = listed?.find(({ service_code }) => service_code === described.service.code)
  expect(entry).toMatchObject({ object_type: 'SERVICE', service_type: 'OPENAPI' })
  expect(entry?.endpoint_list).toEqual(expect.arrayContaining([...described.service.endpoints]))
})

scenario('allowedMethods lists the rest services that the caller may call', { covers: ['META-22'] }, async (target) => {
  const service = target.service('exclusive', 'rest')
  expect(codesOf(restMethodsOf(await ask(target, 'allowedMethods', service)))).toContain(service.serviceCode)
  const other = restMethodsOf(await ask(target, 'allowedMethods', service, target.client('other-tenant')))
  expect(other).toBeDefined()
  expect(codesOf(other)).not.toContain(service.serviceCode)
})

scenario('allowedMethods lists the endpoint that the caller may call', { covers: ['META-22'] }, async (target) => {
  requireEndpoints(target)
  const { client, service } = target.grantedThrough('endpoint', 'rest')
  const listed = restMethodsOf(await ask(target, 'allowedMethods', service, client))
  expect(listed?.map(({ service_code, endpoint_list }) => ({ service_code, endpoint_list }))).toEqual([
    { service_code: service.serviceCode, endpoint_list: [{ method: 'GET', path: '/random' }] },
  ])
})

for (const method of methods) {
  scenario(`${method} gives endpoints with their wildcards`, { covers: ['META-23'] }, async (target) => {
    requireEndpoints(target)
    const { id, service } = target.described('openapi')
    const listed = restMethodsOf(await ask(target, method, id))
    const entry = listed?.find(({ service_code }) => service_code === service.code)
    const wildcards = service.endpoints.filter(({ path }) => path.includes('*'))
    expect(wildcards).not.toEqual([])
    expect(entry?.endpoint_list).toEqual(expect.arrayContaining([...wildcards]))
  })

  scenario(`${method} gives services in full (rest)`, { covers: ['META-21', 'META-22'] }, async (target) => {
    const { provider, serviceCode } = target.service('random', 'rest')
    const listed = restMethodsOf(await ask(target, method, target.service('random', 'rest')))
    expect(listed?.find(({ service_code }) => service_code === serviceCode)).toMatchObject({
      object_type: 'SERVICE',
      xroad_instance: provider.instance,
      member_class: provider.memberClass,
      member_code: provider.memberCode,
      ...(provider.kind === 'subsystem' && { subsystem_code: provider.subsystemCode }),
    })
  })

  scenario(`${method} leaves metadata services out (rest)`, { covers: ['META-10'] }, async (target) => {
    const listed = restMethodsOf(await ask(target, method, target.service('random', 'rest')))
    expect(listed).toBeDefined()
    const metadata = new Set(['listMethods', 'allowedMethods', 'getWsdl', 'getOpenAPI'])
    expect(codesOf(listed).filter((code) => metadata.has(code ?? ''))).toEqual([])
  })

  scenario(`${method} needs no right (rest)`, { covers: ['META-14'] }, async (target) => {
    const seen = await ask(target, method, target.service('closed', 'rest'), target.client('without-rights'))
    expect(restMethodsOf(seen)).toBeDefined()
  })

  scenario(`answer to ${method} has the x-road headers of an answer`, { covers: ['META-27'] }, async (target) => {
    const service = target.service('random', 'rest')
    const seen = await ask(target, method, service)
    const value = (name: string) => (seen.kind === 'response' && headerValue(seen, name)) || ''
    expect(value('x-road-id')).toBe(seen.call.messageId)
    expect(value('x-road-client')).toBe(formatPath(target.client('https')))
    expect(value('x-road-service')).toBe(`${formatPath(service.provider)}/${method}`)
    expect(value('x-road-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(value('x-road-request-hash')).toMatch(/^[A-Za-z0-9+/]{86}==$/)
  })

  scenario(`${method} is a service like any other by post`, { covers: ['META-28'] }, async (target) => {
    const provider = target.service('random', 'rest').provider
    const service: ServiceId = { kind: 'service', provider, serviceCode: method }
    const client = target.client('https')
    const seen = await target.rest({ client }).get(service, '', { method: 'POST', body: '{}' })
    expect(seen).toBeFault('serviceUnknown', { origin: 'serverProxy', service })
  })
}

scenario('allowedMethods is empty without any right (rest)', { covers: ['META-14'] }, async (target) => {
  const seen = await ask(target, 'allowedMethods', target.service('closed', 'rest'), target.client('without-rights'))
  expect(restMethodsOf(seen)).toEqual([])
})

function requireEndpoints({ profile }: Target): void {
  if (profile.quirks.restMetaservices === 'endpoints') return
  throw new NotApplicable(`${profile.title} lists services without their endpoints`)
}

function ask(
  target: Target,
  serviceCode: (typeof methods)[number],
  { provider }: ServiceId,
  client: ClientId = target.client('https'),
): Promise<Seen> {
  return target.rest({ client }).get({ kind: 'service', provider, serviceCode })
}

function codesOf(listed: ListedRestMethod[] = []): (string | undefined)[] {
  return listed.map(({ service_code }) => service_code)
}

function restCodes({ topology }: Target, { provider }: ServiceId): string[] {
  return servicesOf(topology, provider)
    .filter(({ description }) => description.type !== 'WSDL')
    .map(({ service }) => service.code)
    .sort()
}
