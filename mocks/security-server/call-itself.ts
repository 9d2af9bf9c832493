import type { ExchangeDraft } from '../log/exchange-log.ts'
import type { GlobalServer } from './global-configuration.ts'
import type { Peers } from './message-context.ts'
import type { RunningSecurityServer } from './security-server.ts'
import type { PeerCertificate } from './verify-peer.ts'

type Hop = Pick<Peers, 'rest' | 'soap' | 'reach'>

/**
 * Spares a server the network on the way to itself, and nothing else: its provider side checks and answers the same
 * message as it would there (docs/decisions/0011-a-server-calls-itself.md).
 */
export function callItself(
  isItself: (server: GlobalServer) => boolean,
  others: Hop,
  self: () => RunningSecurityServer,
  own: PeerCertificate,
): Hop {
  const side = (exchange: ExchangeDraft) => self().provide({ exchange, providerHeaders: [] }, own)
  return {
    rest: async (server, message) =>
      isItself(server) ? side(message.exchange).rest(message) : others.rest(server, message),
    soap: async (server, message) =>
      isItself(server) ? side(message.exchange).soap(message) : others.soap(server, message),
    async reach(server, provider) {
      if (!isItself(server)) await others.reach(server, provider)
    },
  }
}
