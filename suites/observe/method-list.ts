import type { Endpoint } from '../../fixtures/topology.ts'
import type { Answer } from './answer.ts'
import { objectTypeOf } from './client-list.ts'
import { bodyJson, parseEnvelope } from './response.ts'
import { childOf } from './xml.ts'

/** A SOAP service in the answer to `listMethods` or `allowedMethods`. */
export interface ListedSoapMethod {
  readonly objectType: string | undefined
  readonly xRoadInstance: string | undefined
  readonly memberClass: string | undefined
  readonly memberCode: string | undefined
  readonly serviceCode: string | undefined
  readonly serviceVersion: string | undefined
  readonly subsystemCode: string | undefined
}

/** A REST service likewise. */
export interface ListedRestMethod {
  readonly object_type?: string
  readonly xroad_instance?: string
  readonly member_class?: string
  readonly member_code?: string
  readonly service_code?: string
  readonly service_type?: string
  readonly subsystem_code?: string
  readonly endpoint_list?: readonly Endpoint[]
}

const xroad = 'http://x-road.eu/xsd/xroad.xsd'
const identifiers = 'http://x-road.eu/xsd/identifiers'

/** The services in a `listMethodsResponse` or `allowedMethodsResponse`; undefined for any other answer. */
export function soapMethodsOf(seen: Answer, method: 'listMethods' | 'allowedMethods'): ListedSoapMethod[] | undefined {
  const content = seen.kind === 'response' ? parseEnvelope(seen)?.content : undefined
  if (content?.name !== `${method}Response` || content.namespace !== xroad) return undefined
  return content.children.map((service) => {
    const part = (name: string) => childOf(service, name, identifiers)?.text
    return {
      objectType: objectTypeOf(service),
      xRoadInstance: part('xRoadInstance'),
      memberClass: part('memberClass'),
      memberCode: part('memberCode'),
      serviceCode: part('serviceCode'),
      serviceVersion: part('serviceVersion'),
      subsystemCode: part('subsystemCode'),
    }
  })
}

/** The services in the answer of a REST metaservice; undefined for any other answer. */
export function restMethodsOf(seen: Answer): ListedRestMethod[] | undefined {
  if (seen.kind !== 'response' || seen.status !== 200) return undefined
  const list = bodyJson(seen) as { service?: unknown } | undefined
  return Array.isArray(list?.service) ? list.service : undefined
}
