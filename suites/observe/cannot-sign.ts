import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import type { ClientId } from '../../fixtures/identifiers.ts'
import type { FaultCircumstances } from './expected-fault.ts'

type Alternatives = readonly (readonly [situation: FaultSituationName, circumstances: FaultCircumstances])[]

/** What comes of a request that the consumers' security server cannot sign for its client (AMB-45). */
export function requestUnsigned(protocol: 'rest' | 'soap', client: ClientId): Alternatives {
  const told = protocol === 'rest' ? 'signingCertificateMissingRest' : 'signingCertificateMissing'
  return [
    [told, { client }],
    ['signingInformationMissing', { client }],
  ]
}

/** What comes of a request whose answer the security server of the provider could not sign. */
export function answerUnsigned(provider: ClientId): Alternatives {
  const circumstances = { origin: 'serverProxy', within: 'serviceFailed', client: provider } as const
  return [
    ['signingCertificateMissing', circumstances],
    ['signingInformationMissing', circumstances],
  ]
}
