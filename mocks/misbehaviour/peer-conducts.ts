import type { PeerConduct } from '../../fixtures/peer-conduct.ts'
import { requireProfile } from '../../fixtures/require-profile.ts'
import type { PeerPart } from '../security-server/provider-side.ts'
import { behaviourWith } from './behaviour.ts'

/** How the provider sides of single messages behave, where a scenario has asked for something of its own. */
export interface PeerConducts {
  set(messageId: string, conduct: PeerConduct): void
  of(messageId: string): PeerPart | undefined
}

/** Messages kept in all; the oldest go first. */
const messageLimit = 1000

export function peerConducts(): PeerConducts {
  const parts = new Map<string, PeerPart>()
  return {
    set(messageId, { profile: name, misbehaviours = [] }) {
      const profile = name === undefined ? undefined : requireProfile(name)
      const { decisions } = behaviourWith(misbehaviours)
      parts.delete(messageId)
      parts.set(messageId, { decisions, ...(profile !== undefined && { profile }) })
      const [oldest] = parts.keys()
      if (parts.size > messageLimit && oldest !== undefined) parts.delete(oldest)
    },
    of: (messageId) => parts.get(messageId),
  }
}
