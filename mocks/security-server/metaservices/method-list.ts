import type { ClientId } from '../../../fixtures/identifiers.ts'
import type { Endpoint } from '../../../fixtures/topology.ts'
import { fault } from '../../fault/fault.ts'
import { isSubject, matchesEndpoint } from '../authorise.ts'
import type { GlobalConfiguration } from '../global-configuration.ts'
import type { ConfiguredClient, ConfiguredService, Right } from '../server-configuration.ts'

/** Whose methods are listed, and for whom. */
export interface MethodQuestion {
  readonly provider: ConfiguredClient
  readonly client: ClientId
  readonly global: GlobalConfiguration
}

export type Methods = 'all' | 'allowed'

/** The SOAP services of a provider, disabled ones included: all, or those that the client has a right to. */
export function soapMethods(question: MethodQuestion, methods: Methods): readonly ConfiguredService[] {
  return question.provider.services
    .filter(({ description }) => description.type === 'WSDL')
    .filter((service) => methods === 'all' || rightsTo(service, question).length > 0)
}

export interface RestMethod {
  readonly service: ConfiguredService
  readonly endpoints: readonly Endpoint[]
}

/** The REST services of a provider: all with all endpoints, or those that the client has any right to with what it covers. */
export function restMethods(question: MethodQuestion, methods: Methods): readonly RestMethod[] {
  const services = question.provider.services.filter(({ description }) => description.type !== 'WSDL')
  if (methods === 'all') return services.map((service) => ({ service, endpoints: service.endpoints }))
  return services.flatMap((service) => {
    const rights = rightsTo(service, question)
    if (rights.length === 0) return []
    return [
      { service, endpoints: service.endpoints.filter((endpoint) => rights.some((right) => shows(right, endpoint))) },
    ]
  })
}

/**
 * What older releases list: only rights to a whole service count. One to an endpoint with any method makes them compare
 * its path with none, and fail.
 */
export function wholeServices(question: MethodQuestion): readonly RestMethod[] {
  return restMethods(question, 'allowed').filter(({ service }) => {
    const rights = rightsTo(service, question)
    if (rights.some(({ endpoints }) => endpoints === undefined)) return true
    if (rights.some(({ endpoints }) => endpoints?.some(({ method }) => method === '*')))
      throw fault('internal', { text: 'null' })
    return false
  })
}

/** Versions of a service share its rights. */
function rightsTo({ id }: ConfiguredService, question: MethodQuestion): readonly Right[] {
  return question.provider.services
    .filter((service) => service.id.serviceCode === id.serviceCode)
    .flatMap((service) => service.rights)
    .filter((right) => isSubject(right.subject, question))
}

/** The pattern of the right is held against the text of the endpoint's own pattern. */
function shows({ endpoints }: Right, listed: Endpoint): boolean {
  return endpoints === undefined || endpoints.some((endpoint) => matchesEndpoint(endpoint, listed))
}
