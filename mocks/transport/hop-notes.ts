import type { RawHeader } from '../../fixtures/exchange.ts'
import type { ClientId } from '../../fixtures/identifiers.ts'
import type { HttpRequest } from '../http/serve-connection.ts'
import type { ExchangeDraft } from '../log/exchange-log.ts'
import { lastHeader } from '../message/raw-headers.ts'
import { transportHeaders } from './transport-headers.ts'

/** What a process notes of one message between two servers of its own: for the log and for misbehaviours, never on the wire. */
export interface HopNote {
  readonly exchange: ExchangeDraft
  /** Whom a SOAP message is from: a misbehaving server may name another client than the message does. */
  readonly client?: ClientId
  /** The headers of the answer of the provider's information system. */
  providerHeaders: readonly RawHeader[]
}

/** Notes by `x-road-request-id`, from when a message leaves until its answer is there. */
export interface HopNotes {
  during<T>(requestId: string, note: HopNote, hop: () => Promise<T>): Promise<T>
  find(requestId: string): HopNote | undefined
}

/** The note on the message that a request carries, if it comes from this process. */
export function noteOf({ head }: HttpRequest, notes: HopNotes): HopNote | undefined {
  return notes.find(lastHeader(head.headers, transportHeaders.requestId) ?? '')
}

/** Notes of one process; none at first. */
export function hopNotes(): HopNotes {
  const notes = new Map<string, HopNote>()
  return {
    async during(requestId, note, hop) {
      notes.set(requestId, note)
      try {
        return await hop()
      } finally {
        if (notes.get(requestId) === note) notes.delete(requestId)
      }
    },
    find: (requestId) => notes.get(requestId),
  }
}
