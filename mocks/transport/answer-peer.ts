import { attribute, FaultError, fault, type RenderedFault } from '../fault/fault.ts'
import { BodyError } from '../http/body-error.ts'
import type { HttpRequest } from '../http/serve-connection.ts'
import type { HttpResponse } from '../http/write-response.ts'
import { NoRoom } from '../message/body.ts'
import type {
  MessageContext,
  RestHopAnswer,
  RestHopMessage,
  SoapHopAnswer,
  SoapHopMessage,
} from '../security-server/message-context.ts'
import { writeRestAnswer, writeSoapAnswer } from './peer-answer.ts'
import { readPeerMessage, type TransportMessage } from './peer-message.ts'
import { TransportError } from './transport-error.ts'

/** The provider side of a security server. */
export interface ProviderSide {
  readonly context: Pick<MessageContext, 'configuration' | 'decisions' | 'profile' | 'exchange'>
  rest(message: RestHopMessage): Promise<RestHopAnswer>
  soap(message: SoapHopMessage): Promise<SoapHopAnswer>
  /** How it reports what cannot be read. */
  report(error: FaultError): RenderedFault
}

/** Answers one message of another security server, with a fault where it is none; undefined where it breaks off. */
export async function answerPeer(side: ProviderSide, { head, body }: HttpRequest): Promise<HttpResponse | undefined> {
  try {
    if (head.method !== 'POST') throw fault('methodNotPost', { method: head.method }, 'serverProxy')
    const { configuration, decisions } = side.context
    if (decisions.whyNotReady(configuration, 'soap') === 'globalConfigurationExpired') {
      throw fault('globalConfigurationExpired', {}, 'serverProxy')
    }
    checkHeaders(side, head)
    const read = await readPeerMessage(head.headers, () => body.read(), side.context)
    try {
      return respond(
        side,
        read.kind === 'rest'
          ? writeRestAnswer(await side.rest(read.message))
          : writeSoapAnswer(await side.soap(read.message)),
      )
    } finally {
      await read.source.discard()
    }
  } catch (error) {
    if (error instanceof BodyError) return undefined
    const refusal = refusalOf(error)
    if (!(refusal instanceof FaultError)) throw error
    const rendered = side.report(attribute(refusal, 'serverProxy', 'serviceFailed'))
    return { ...respond(side, writeRestAnswer({ kind: 'fault', fault: rendered })), close: true }
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof TransportError) return fault('peerMessageBroken', { text: error.message })
  return error instanceof NoRoom ? fault('io', { text: error.message }) : error
}

function checkHeaders({ context }: ProviderSide, { headers }: HttpRequest['head']): void {
  try {
    context.decisions.checkTransportHeaders(headers)
  } catch (error) {
    throw error instanceof FaultError ? attribute(error, 'serverProxy') : error
  }
}

function respond({ context }: ProviderSide, { headers, body }: TransportMessage): HttpResponse {
  const isLast = !context.configuration.settings.pooledPeerConnections
  const announced = isLast ? [...headers, ['Connection', 'close'] as const] : headers
  return { status: 200, headers: announced, body, framing: 'chunked', close: isLast }
}
