import type { RawHeader } from '../../fixtures/exchange.ts'
import { type Body, bodyOf, emptyBody } from '../message/body.ts'
import { lastHeader } from '../message/raw-headers.ts'
import type { RestHopAnswer, SoapHopAnswer } from '../security-server/message-context.ts'
import { formatFaultPart, parseFaultPart } from './fault-part.ts'
import { hashAlgorithm, part, type TransportMessage, transportMessage } from './peer-message.ts'
import { type Read, readWhole } from './read-whole.ts'
import { receivedParts } from './received-parts.ts'
import { formatRestPart, readRestPart } from './rest-part.ts'
import { readSoapParts, soapParts } from './soap-parts.ts'
import { TransportError } from './transport-error.ts'
import { partType, partTypes, transportHeaders } from './transport-headers.ts'

const faultLimit = 128 * 1024 * 1024

/** What the provider side answers to a REST message; a fault is no multipart. */
export function writeRestAnswer(answer: RestHopAnswer): TransportMessage {
  if (answer.kind === 'fault') return faultMessage(formatFaultPart(answer.fault), 'security-server')
  const { status, reason, headers, body } = answer
  const head = bodyOf(formatRestPart({ line: reason === '' ? String(status) : `${status} ${reason}`, headers }))
  const parts = [part(partTypes.restAnswer, head), ...(body.length > 0 ? [part(partTypes.restBody, body)] : [])]
  return transportMessage(parts, [hashAlgorithm], body)
}

/** The same for a SOAP message; a fault of the information system passes as it came. */
export function writeSoapAnswer(answer: SoapHopAnswer): TransportMessage {
  if (answer.kind === 'fault') {
    if (answer.fault === undefined) return faultMessage(answer.xml, 'information-system')
    return faultMessage(formatFaultPart(answer.fault), 'security-server')
  }
  const { contentType, part: soap, parts, source } = answer
  const written = soapParts(parts?.[0]?.body ?? bodyOf(soap), parts)
  return transportMessage(written, [hashAlgorithm, [transportHeaders.contentType, contentType]], source)
}

/** Reads the answer to a REST message; throws a TransportError for what is none. */
export async function readRestAnswer(headers: readonly RawHeader[], read: Read): Promise<RestHopAnswer> {
  if (partType(headers) === 'text/xml') {
    const fault = parseFaultPart(await readWhole(read, faultLimit, 'a fault'))
    if (fault === undefined) throw new TransportError('a fault without a code')
    return { kind: 'fault', fault: { ...fault, actor: fault.actor ?? '', detail: fault.detail ?? '' } }
  }
  const received = receivedParts(headers, read)
  try {
    const first = await received.first()
    if (partType(first.headers) !== partTypes.restAnswer) throw new TransportError('the answer has no REST response')
    const { line, headers: answered } = await readRestPart(() => first.read())
    if (!/^[1-9][0-9]{2}( |$)/.test(line)) throw new TransportError('the REST response has no status')
    const next = await received.next()
    const hasBody = next !== undefined && partType(next.headers) === partTypes.restBody
    const body: Body = hasBody ? await received.keep(next) : emptyBody
    await received.finish()
    const requestHash = lastHeader(answered, 'x-road-request-hash')
    const [status, reason] = [Number(line.slice(0, 3)), line.slice(4)]
    return { kind: 'answer', status, reason, headers: answered, body, requestHash }
  } catch (error) {
    await received.source.discard()
    throw error
  }
}

/** Reads the answer to a SOAP message; `providerHeaders` are those of the information system, where they are known. */
export async function readSoapAnswer(
  headers: readonly RawHeader[],
  read: Read,
  providerHeaders: () => readonly RawHeader[],
): Promise<SoapHopAnswer> {
  if (partType(headers) === 'text/xml') {
    const xml = await readWhole(read, faultLimit, 'a fault')
    const isOwn = lastHeader(headers, transportHeaders.faultOf) === 'security-server'
    return { kind: 'fault', fault: isOwn ? parseFaultPart(xml) : undefined, xml }
  }
  const received = receivedParts(headers, read)
  try {
    const contentType = lastHeader(headers, transportHeaders.contentType) ?? partTypes.soap
    const content = await readSoapParts(received, contentType)
    await received.finish()
    return { kind: 'answer', ...content, contentType, providerHeaders: providerHeaders(), source: received.source }
  } catch (error) {
    await received.source.discard()
    throw error
  }
}

function faultMessage(xml: Buffer, faultOf: 'security-server' | 'information-system'): TransportMessage {
  return {
    headers: [
      ['Content-Type', 'text/xml'],
      [transportHeaders.faultOf, faultOf],
    ],
    body: bodyOf(xml),
  }
}
