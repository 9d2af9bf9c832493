import { type ClientId, formatId } from '../../fixtures/identifiers.ts'
import { fault } from '../fault/fault.ts'
import type { GlobalServer } from './global-configuration.ts'
import type { ConsumerContext, MessageContext } from './message-context.ts'

/**
 * Consumer side: throws a FaultError where requests of the client cannot be signed. That is found out only while the
 * request is on its way, once the provider's server has been reached, which the provider does not notice (TENANT-10).
 */
export async function requireRequestSignature(
  { decisions, configuration, peers, newId }: ConsumerContext,
  client: ClientId,
  provider: ClientId,
  server: GlobalServer,
  situation: 'signingCertificateMissing' | 'signingCertificateMissingRest',
): Promise<void> {
  if (decisions.signsRequests(configuration, client)) return
  await peers.reach(server, provider)
  throw fault(situation, { client: formatId(client), uuid: newId() })
}

/** Provider side: throws a FaultError where answers of the provider cannot be signed; it is not called then (TENANT-10). */
export function requireAnswerSignature({ decisions, configuration, newId }: MessageContext, provider: ClientId): void {
  if (decisions.signsAnswers(configuration, provider)) return
  throw fault('signingCertificateMissing', { client: formatId(provider), uuid: newId() })
}
