import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import type { ConfiguredService } from './server-configuration.ts'

export interface ServiceQuestion {
  readonly service: ConfiguredService | undefined
  readonly protocol: 'rest' | 'soap'
  /** Asked only if the service exists and is of the protocol's kind. */
  allowed(): boolean
}

/**
 * Whether the provider side calls a service: undefined if so, else the situation to report. The order is a promise:
 * who has no right does not learn that a service is disabled, nor why (ERR-SOAP-13).
 */
export function checkService({ service, protocol, allowed }: ServiceQuestion): FaultSituationName | undefined {
  if (service === undefined) return 'serviceUnknown'
  const isRest = service.description.type !== 'WSDL'
  if (isRest && protocol === 'soap') return 'serviceIsRest'
  if (!isRest && protocol === 'rest') return 'serviceIsSoap'
  if (!allowed()) return 'accessDenied'
  // A disabled description without a notice is not enforced by the reference's cache.
  if (service.description.disabled && service.description.notice !== undefined) return 'serviceDisabled'
  return undefined
}
