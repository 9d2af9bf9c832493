import type { Exchange } from '../../fixtures/exchange.ts'
import type { Part } from '../client/multipart.ts'
import { boundaryOf, readParts } from '../observe/related-parts.ts'
import { mediaType } from '../observe/response.ts'
import { childOf, parseXml, type XmlElement } from '../observe/xml.ts'
import type { ClientUnderTest } from '../target/client-under-test.ts'

const soap = 'http://schemas.xmlsoap.org/soap/envelope/'
const xroad = 'http://x-road.eu/xsd/xroad.xsd'

/** A body that a client sent over SOAP. */
export interface SentMessage {
  readonly call: Exchange
  /** In the order in which they were sent; a message without attachments is one part, with the headers of the call. */
  readonly parts: readonly Part[]
  /** The part that holds an envelope; undefined if none does. */
  readonly part: Part | undefined
  readonly envelope: XmlElement | undefined
}

/** A message that is an envelope, whatever else may be wrong with it. */
export interface SentEnvelope extends SentMessage {
  readonly part: Part
  readonly envelope: XmlElement
}

/** Every message, without those of which only a beginning was kept in which no envelope ends; at least one. */
export function sentMessages({ callsOver, some }: ClientUnderTest): readonly SentMessage[] {
  const sent = callsOver('soap').filter(({ request }) => request.body.base64 !== '')
  const messages = sent.map(readMessage).filter(({ call, envelope }) => envelope !== undefined || isWhole(call))
  return some(messages, 'call over SOAP with a message')
}

/** Every message that is an envelope; at least one. */
export function sentEnvelopes(client: ClientUnderTest): readonly SentEnvelope[] {
  return client.some(sentMessages(client).filter(isEnvelope), 'call over SOAP with an envelope')
}

/** The first field of that name in the X-Road header, or in another namespace. */
export function fieldOf({ envelope }: SentEnvelope, name: string, namespace = xroad): XmlElement | undefined {
  return childOf(childOf(envelope, 'Header', soap), name, namespace)
}

/** Everything in the header. */
export function fieldsOf({ envelope }: SentEnvelope): readonly XmlElement[] {
  return childOf(envelope, 'Header', soap)?.children ?? []
}

/** What stands in the body; exactly one element should. */
export function contentsOf({ envelope }: SentEnvelope): readonly XmlElement[] {
  return childOf(envelope, 'Body', soap)?.children ?? []
}

/** The service code that the header names; empty if it names none. */
export function serviceCodeOf(message: SentEnvelope): string {
  return childOf(fieldOf(message, 'service'), 'serviceCode')?.text ?? ''
}

function readMessage(call: Exchange): SentMessage {
  const read = partsOf(call).map((part) => ({ part, envelope: envelopeIn(part) }))
  const found = read.find(({ envelope }) => envelope !== undefined)
  return { call, parts: read.map(({ part }) => part), part: found?.part, envelope: found?.envelope }
}

function partsOf(call: Exchange): readonly Part[] {
  const { headers, body } = call.request
  const kept = Buffer.from(body.base64, 'base64')
  const boundary = boundaryOf({ headers })
  if (boundary === undefined) return [{ headers, body: kept }]
  // What was cut off is ended, so that the parts before can be read.
  return readParts({ headers, body: isWhole(call) ? kept : Buffer.concat([kept, Buffer.from(`\r\n--${boundary}--`)]) })
}

function isWhole({ request: { body } }: Exchange): boolean {
  return Buffer.byteLength(body.base64, 'base64') === body.length
}

function isEnvelope(message: SentMessage): message is SentEnvelope {
  return message.envelope !== undefined
}

function envelopeIn(part: Part): XmlElement | undefined {
  const root = parseXml(textOf(part))
  return root?.name === 'Envelope' && root.namespace === soap ? root : undefined
}

/** A message that names no charset is taken for UTF-8. */
function textOf({ headers, body }: Part): string {
  const { charset = 'utf-8' } = mediaType({ headers })
  const bytes = Buffer.from(body)
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString()
  }
}
