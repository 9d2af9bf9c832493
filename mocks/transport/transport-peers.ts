import { randomUUID } from 'node:crypto'
import type { Peers } from '../security-server/message-context.ts'
import { callPeer, type PeerCaller, reachPeer } from './call-peer.ts'
import type { HopNotes } from './hop-notes.ts'
import { readRestAnswer, readSoapAnswer } from './peer-answer.ts'
import { writeRestMessage, writeSoapMessage } from './peer-message.ts'

/** The way of one security server to all others over the network, and so to itself. */
export function transportPeers(caller: PeerCaller, notes: HopNotes): Pick<Peers, 'rest' | 'soap' | 'reach'> {
  return {
    rest(server, message) {
      const note = { exchange: message.exchange, providerHeaders: [] }
      message.exchange.requestId = message.requestId
      return notes.during(message.requestId, note, () =>
        callPeer(caller, server, message.service.provider, writeRestMessage(message), readRestAnswer),
      )
    },
    soap(server, message) {
      const { exchange, client } = message
      const note = { exchange, client, providerHeaders: [] }
      const requestId = randomUUID()
      exchange.requestId = requestId
      return notes.during(requestId, note, () =>
        callPeer(caller, server, message.soap.service.provider, writeSoapMessage(message, requestId), (headers, read) =>
          readSoapAnswer(headers, read, () => note.providerHeaders),
        ),
      )
    },
    reach: async (server, provider) => (await reachPeer(caller, server, provider)).release(true),
  }
}
