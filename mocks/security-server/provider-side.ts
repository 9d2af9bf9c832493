import type { VersionProfile } from '../../fixtures/version-profile.ts'
import type { ProviderSide } from '../transport/answer-peer.ts'
import type { HopNote } from '../transport/hop-notes.ts'
import type { ProviderCaller } from './call-provider.ts'
import type { Decisions } from './decisions.ts'
import type { MessageContext } from './message-context.ts'
import { provideRest } from './provide-rest.ts'
import { provideSoap } from './provide-soap.ts'
import { reportProviderFault } from './report-provider-fault.ts'

/** What the provider side of one message has instead of its own. */
export interface PeerPart {
  readonly profile?: VersionProfile
  readonly decisions: Decisions
}

/** By the id of a message. */
export type PeerPartOf = (messageId: string) => PeerPart | undefined

export interface ProviderSideOptions {
  readonly caller: ProviderCaller
  readonly note: HopNote
  context(exchange: MessageContext['exchange']): MessageContext
  readonly conduct: PeerPartOf
}

/** The provider side of a security server for one message, whose id says how it behaves. */
export function providerSide({ caller, note, context, conduct }: ProviderSideOptions): ProviderSide {
  const own = context(note.exchange)
  const conducted = (messageId: string): MessageContext => {
    const part = conduct(messageId)
    if (part === undefined) return own
    // Whom it takes for a peer is a matter of the server, not of one message.
    return { ...own, ...part, decisions: { ...part.decisions, verifyPeer: own.decisions.verifyPeer } }
  }
  return {
    context: own,
    rest(message) {
      note.exchange.messageId ??= message.id
      return provideRest(conducted(message.id), caller, message)
    },
    async soap(message) {
      note.exchange.messageId ??= message.soap.id
      const { client = message.client } = note
      const answer = await provideSoap(conducted(message.soap.id), caller, { ...message, client })
      if (answer.kind === 'answer') note.providerHeaders = answer.providerHeaders
      return answer
    },
    report: (error) => reportProviderFault(own, error, ''),
  }
}
