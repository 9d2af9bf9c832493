import { type ClientId, clientId, type ServerId, type ServiceId } from '../../fixtures/identifiers.ts'
import { requireNotBlank } from './identifier-part.ts'

/** Parts of an identifier by the names of their elements. */
export type IdentifierParts = Map<string, string>

/** A service of an instance that the central server maps to one of a provider, in releases up to 7.2. */
export interface CentralServiceId {
  readonly instance: string
  readonly serviceCode: string
}

export function clientFrom(values: IdentifierParts): ClientId {
  const instance = requireNotBlank('xRoadInstance', values.get('xRoadInstance'))
  const memberClass = requireNotBlank('memberClass', values.get('memberClass'))
  const memberCode = requireNotBlank('memberCode', values.get('memberCode'))
  const subsystemCode = values.get('subsystemCode')
  if (subsystemCode !== undefined) requireNotBlank('subsystemCode', subsystemCode)
  return clientId(instance, memberClass, memberCode, subsystemCode)
}

export function serviceFrom(values: IdentifierParts): ServiceId {
  const provider = clientFrom(values)
  const serviceCode = requireNotBlank('serviceCode', values.get('serviceCode'))
  const serviceVersion = values.get('serviceVersion')
  return { kind: 'service', provider, serviceCode, ...(serviceVersion === undefined ? {} : { serviceVersion }) }
}

export function centralServiceFrom(values: IdentifierParts): CentralServiceId {
  const instance = requireNotBlank('xRoadInstance', values.get('xRoadInstance'))
  return { instance, serviceCode: requireNotBlank('serviceCode', values.get('serviceCode')) }
}

export function serverFrom(values: IdentifierParts): ServerId {
  const { instance, memberClass, memberCode } = clientFrom(values)
  const serverCode = requireNotBlank('serverCode', values.get('serverCode'))
  return { kind: 'server', owner: { kind: 'member', instance, memberClass, memberCode }, serverCode }
}
