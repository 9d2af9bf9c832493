import { faultCodes } from '../../fixtures/fault-catalogue.ts'
import { faultSituations } from '../../fixtures/fault-situations.ts'
import { type ManagementFaultKey, managementFaultCodes } from '../../fixtures/management-fault-codes.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import { type FaultError, faultMessage } from '../fault/fault.ts'
import { renderSoapFault } from '../fault/render-soap.ts'

/** A management service refuses a request on purpose. */
export class ManagementFault extends Error {
  override readonly name = 'ManagementFault'
  readonly key: ManagementFaultKey

  constructor(key: ManagementFaultKey, message: string) {
    super(message)
    this.key = key
  }
}

/** What is wrong with the request itself. */
export function invalidRequest(message: string): ManagementFault {
  return new ManagementFault('invalidRequest', message)
}

/** A refusal of the registration office, which the services pass on in these words. */
export function refusal(code: string, status: 400 | 404 | 409): ManagementFault {
  return new ManagementFault('internalError', `${code} with statusCode ${status}`)
}

/** The fault as XML. Its code has no origin, its detail names the trace (MGMT-16). */
export function renderManagementFault(
  error: ManagementFault | FaultError,
  profile: VersionProfile,
  traceId: string,
): Buffer {
  const [code, message] =
    'key' in error ? [managementFaultCodes[error.key][profile.faultSpelling], error.message] : parsed(error, profile)
  return renderSoapFault({ code, message, actor: undefined, detail: traceId, restStatus: 500 }).body
}

/** What the parser of messages says of a request that is none. */
function parsed(error: FaultError, profile: VersionProfile): [code: string, message: string] {
  const path = profile.codes[error.situation] ?? faultSituations[error.situation].path
  return [path.map((key) => faultCodes[key][profile.faultSpelling]).join('.'), String(faultMessage(error, profile))]
}
