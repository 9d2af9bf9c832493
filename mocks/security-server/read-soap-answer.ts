import type { RawHeader } from '../../fixtures/exchange.ts'
import { attribute, fault } from '../fault/fault.ts'
import type { HttpAnswer } from '../http/http-call.ts'
import { type Body, bodyOf, joinBodies } from '../message/body.ts'
import { type ContentType, parseContentType } from '../message/content-type.ts'
import { encodeText } from '../message/encode-text.ts'
import { formatMultipart, type MessagePart } from '../message/multipart.ts'
import { parseSoapContent, type SoapContent } from '../message/soap-content.ts'
import type { SoapFault, SoapMessage } from '../message/soap-message.ts'
import type { MessageContext, SoapHopAnswer, SoapHopMessage } from './message-context.ts'

/** Only the body tells what an answer of status 200 or 500 is; any other status is an error of its own (ERR-SOAP-16). */
export async function readSoapAnswer(
  context: MessageContext,
  message: SoapHopMessage,
  { head, body }: HttpAnswer,
): Promise<SoapHopAnswer> {
  if (head.status !== 200 && head.status !== 500) {
    throw fault('providerStatus', { status: head.status, reason: head.reason })
  }
  const value = head.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const type = parseContentType(value, context.profile.quirks.mediaTypeReading)
  if (type === undefined) throw fault('responseContentTypeMissing')
  const content = await parseSoapContent(body, type, () => fault('responseMissing'), context.decisions)
  const { soap } = content
  if (soap.kind === 'fault') return providerFault(content, soap, context)
  const requestHash = context.decisions.soapRequestHash(message.part)
  const text = context.decisions.writeSoapAnswer(soap.text, requestHash)
  return answerOf(context, { content, soap, text, requestHash, type, headers: head.headers, source: body })
}

function providerFault({ parts, part }: SoapContent, sent: SoapFault, context: MessageContext): SoapHopAnswer {
  if (sent.code === undefined && context.profile.quirks.emptyProviderFault === 'refused') {
    throw fault('internal', { text: 'null' }, 'serverProxy')
  }
  if (parts === undefined) return { kind: 'fault', fault: undefined, xml: context.decisions.providerFault(part) }
  throw attribute(fault('responseNotSoap', { type: 'multipart/mixed' }), 'clientProxy', 'serviceFailed')
}

interface ReadAnswer {
  readonly content: SoapContent
  readonly soap: SoapMessage
  /** The SOAP part as it is written for the consumer. */
  readonly text: string
  readonly requestHash: string | undefined
  readonly type: ContentType
  readonly headers: readonly RawHeader[]
  readonly source: Body
}

function answerOf({ decisions, profile }: MessageContext, read: ReadAnswer): SoapHopAnswer {
  const { parts, charset } = read.content
  const written = encodeText(read.text, charset)
  const answer = {
    kind: 'answer',
    providerHeaders: read.headers,
    message: read.soap,
    requestHash: read.requestHash,
    reencoded: /^utf-?8$/i.test(charset) ? undefined : written,
  } as const
  if (parts === undefined) {
    const contentType = decisions.soapAnswerType(profile.quirks.soapAnswerType)
    return { ...answer, contentType, body: joinBodies([bodyOf(written)], read.source) }
  }
  const { value, boundary = '' } = read.type
  const keepsCharset = profile.quirks.multipartCharset === 'kept' && /;\s*charset\s*=/i.test(value)
  const contentType = decisions.soapAnswerType(keepsCharset ? value : forceUtf8(value))
  const [first, ...attachments] = parts as [MessagePart, ...MessagePart[]]
  const answered = decisions.soapParts([{ headers: first.headers, body: bodyOf(written) }, ...attachments])
  return { ...answer, contentType, body: formatMultipart(answered, boundary, read.source) }
}

/** The outer type of a multipart answer reaches the consumer with this charset, whatever it had. */
function forceUtf8(contentType: string): string {
  return `${contentType.replace(/\s*;\s*charset\s*=\s*(?:"[^"]*"|[^;\s]*)/i, '')};charset=utf-8`
}
