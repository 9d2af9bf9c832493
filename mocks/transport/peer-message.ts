import type { RawHeader } from '../../fixtures/exchange.ts'
import { fault } from '../fault/fault.ts'
import type { ExchangeDraft } from '../log/exchange-log.ts'
import { type Body, bodyOf, emptyBody } from '../message/body.ts'
import { lastHeader } from '../message/raw-headers.ts'
import { parseSoapMessage } from '../message/soap-message.ts'
import type { MessageContext, RestHopMessage, SoapHopMessage } from '../security-server/message-context.ts'
import type { Read } from './read-whole.ts'
import { type ReceivedParts, receivedParts } from './received-parts.ts'
import { formatRestPart, readRestPart } from './rest-part.ts'
import { readSoapParts, soapParts } from './soap-parts.ts'
import { TransportError } from './transport-error.ts'
import { partType, partTypes, transportHeaders } from './transport-headers.ts'
import { newBoundary, type WrittenPart, writeParts } from './write-parts.ts'

/** A message between security servers, as an HTTP request or answer carries it. */
export interface TransportMessage {
  readonly headers: readonly RawHeader[]
  readonly body: Body
}

/** What the parts of a message would be hashed by for its signature. */
export const hashAlgorithm: RawHeader = [transportHeaders.hashAlgorithm, 'SHA-512']

/** A REST message as it leaves the consumer side: its head, and its body if it has one. */
export function writeRestMessage(message: RestHopMessage): TransportMessage {
  const { verb, rawTarget, headers, body, requestId } = message
  const contentType = lastHeader(headers, 'content-type')
  const head = bodyOf(formatRestPart({ line: `${verb} ${rawTarget}`, headers }))
  const parts = [part(partTypes.restRequest, head), ...(body.length > 0 ? [part(partTypes.restBody, body)] : [])]
  return transportMessage(parts, [
    ...commonHeaders(requestId, message.clientVersion),
    [transportHeaders.messageType, 'REST'],
    ...(contentType === undefined ? [] : [[transportHeaders.contentType, contentType] as const]),
  ])
}

/** A SOAP message as it leaves the consumer side, with its attachments. */
export function writeSoapMessage(message: SoapHopMessage, requestId: string): TransportMessage {
  return transportMessage(soapParts(bodyOf(message.part), message.parts), [
    ...commonHeaders(requestId, message.clientVersion),
    [transportHeaders.contentType, message.contentType],
    [transportHeaders.soapAction, message.soapAction],
  ])
}

/** Parts under the headers of their request or answer; `source` goes away with them. */
export function transportMessage(
  parts: readonly WrittenPart[],
  headers: readonly RawHeader[],
  source: Body = emptyBody,
): TransportMessage {
  const boundary = newBoundary('xtop')
  return {
    headers: [['Content-Type', `multipart/mixed; charset=UTF-8; boundary=${boundary}`], ...headers],
    body: writeParts(parts, boundary, source),
  }
}

/** A part with nothing but a type in its header. */
export function part(type: string, body: Body): WrittenPart {
  return { headers: [['content-type', type]], body }
}

function commonHeaders(requestId: string, version: string): RawHeader[] {
  return [[transportHeaders.requestId, requestId], hashAlgorithm, [transportHeaders.version, version]]
}

export type ReadMessage = { readonly source: Body } & (
  | { readonly kind: 'rest'; readonly message: RestHopMessage }
  | { readonly kind: 'soap'; readonly message: SoapHopMessage }
)

/**
 * Reads a message while it arrives. Throws a TransportError for what is none, a FaultError without origin for what the
 * receiving server would not have sent itself; then nothing of it is kept.
 */
export async function readPeerMessage(
  headers: readonly RawHeader[],
  read: Read,
  context: Pick<MessageContext, 'decisions' | 'profile'> & { readonly exchange: ExchangeDraft },
): Promise<ReadMessage> {
  const received = receivedParts(headers, read)
  try {
    const sent = {
      clientVersion: lastHeader(headers, transportHeaders.version) ?? '0.0.0',
      exchange: context.exchange,
    }
    const message =
      lastHeader(headers, transportHeaders.messageType) === 'REST'
        ? ({ kind: 'rest', message: { ...(await readRest(received, context)), ...sent } } as const)
        : ({ kind: 'soap', message: { ...(await readSoap(received, headers)), ...sent } } as const)
    await received.finish()
    return { ...message, source: received.source }
  } catch (error) {
    await received.source.discard()
    throw error
  }
}

async function readRest(
  received: ReceivedParts,
  { decisions, profile }: Pick<MessageContext, 'decisions' | 'profile'>,
): Promise<Omit<RestHopMessage, 'clientVersion' | 'exchange'>> {
  const first = await received.first()
  if (partType(first.headers) !== partTypes.restRequest) throw new TransportError('the message has no REST request')
  const { line, headers } = await readRestPart(() => first.read())
  const blank = line.indexOf(' ')
  const [verb, rawTarget] = [line.slice(0, blank), line.slice(blank + 1)]
  const {
    client,
    id = '',
    service,
    servicePath,
    query,
  } = decisions.parseRestRequest(verb, rawTarget, headers, profile.quirks)
  if (client === undefined) throw fault('clientMissing')
  const next = await received.next()
  const hasBody = next !== undefined && partType(next.headers) === partTypes.restBody
  const body = hasBody ? await received.keep(next) : emptyBody
  const requestId = lastHeader(headers, 'x-road-request-id') ?? ''
  return { verb, client, service, servicePath, query, rawTarget, id, requestId, headers, body }
}

async function readSoap(
  received: ReceivedParts,
  headers: readonly RawHeader[],
): Promise<Omit<SoapHopMessage, 'clientVersion' | 'exchange'>> {
  const contentType = lastHeader(headers, transportHeaders.contentType) ?? partTypes.soap
  const content = await readSoapParts(received, contentType)
  const soap = parseSoapMessage(content.part)
  if (soap.kind === 'fault') throw fault('soapMissing')
  return {
    ...content,
    soap,
    client: soap.client,
    source: received.source,
    contentType,
    soapAction: lastHeader(headers, transportHeaders.soapAction) ?? '',
  }
}
