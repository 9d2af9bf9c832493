import { type ClientId, formatId } from '../../fixtures/identifiers.ts'
import { type FaultError, fault } from '../fault/fault.ts'
import type { ConsumerContext } from './message-context.ts'
import type { ConfiguredClient } from './server-configuration.ts'

/** Throws unless the caller is a registered client of this server and is who the message says (CONN-GEN-06, -09, -10). */
export function verifyCaller(context: ConsumerContext, id: ClientId): void {
  const { configuration, decisions } = context
  const client = decisions.findClient(configuration, id)
  const status = () =>
    client !== undefined && decisions.isRegistered(client)
      ? undefined
      : fault('clientNotFound', { client: formatId(id) })
  const authentication = () =>
    client !== undefined && configuration.settings.verifyClientCertificate
      ? authenticateCaller(context, client, id)
      : undefined
  const refusal = decisions.verifyCaller(status, authentication, context.connection)
  if (refusal !== undefined) throw refusal
}

/** What the connection lacks to be that client's, if anything; `id` is the client's name in the fault. */
export function authenticateCaller(
  context: ConsumerContext,
  client: ConfiguredClient,
  id: ClientId,
): FaultError | undefined {
  const { configuration, decisions, tls } = context
  const situation = decisions.authenticate(
    {
      client,
      tls,
      internalCertificate: configuration.internalCertificate.sha256,
      enforceValidity: configuration.settings.enforceCertificateValidity,
      now: context.now(),
    },
    { configuration, client },
  )
  return situation && fault(situation, { client: formatId(id) })
}
