import { type ClientId, formatId, type ServiceId } from '../../fixtures/identifiers.ts'
import { attribute, FaultError, fault } from '../fault/fault.ts'
import type { MessageContext } from './message-context.ts'
import { requireAnswerSignature } from './require-signature.ts'
import type { ConfiguredClient } from './server-configuration.ts'

/** Who is asked for what, in a message that another security server has sent. */
interface Asked {
  readonly client: ClientId
  readonly service: ServiceId
}

/**
 * The provider of a message, once it is registered here, can sign, and the sender may speak for the client. Throws a
 * FaultError otherwise: what is found while a message is decoded, by `screen` first, is reported under `service_failed`.
 */
export function requireProvider(context: MessageContext, asked: Asked, screen: () => void): ConfiguredClient {
  const { configuration, decisions, peer, global, newId } = context
  try {
    screen()
    const provider = configuration.client(asked.service.provider)
    if (provider === undefined || !decisions.isRegistered(provider)) {
      throw fault('clientNotFound', { client: formatId(asked.service.provider) })
    }
    requireAnswerSignature(context, provider.id)
    if (peer !== undefined) decisions.verifyPeer(asked.client, peer, global, newId)
    return provider
  } catch (error) {
    throw error instanceof FaultError ? attribute(error, 'serverProxy', 'serviceFailed') : error
  }
}
