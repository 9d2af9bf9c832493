import type { RawHeader } from '../../fixtures/exchange.ts'
import { attribute, fault } from '../fault/fault.ts'
import type { HttpAnswer } from '../http/http-call.ts'
import { type Body, bodyOf } from '../message/body.ts'
import { type ContentType, parseContentType } from '../message/content-type.ts'
import { encodeText } from '../message/encode-text.ts'
import type { MessagePart } from '../message/multipart.ts'
import { firstHeader } from '../message/raw-headers.ts'
import { parseSoapContent, type SoapContent } from '../message/soap-content.ts'
import type { SoapFault } from '../message/soap-message.ts'
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
  const value = firstHeader(head.headers, 'content-type')
  const type = parseContentType(value, context.profile.quirks.mediaTypeReading)
  if (type === undefined) throw fault('responseContentTypeMissing')
  const content = await parseSoapContent(body, type, () => fault('responseMissing'), context.decisions)
  const { soap } = content
  if (soap.kind === 'fault') return providerFault(content, soap, context)
  const text = context.decisions.writeSoapAnswer(soap.text, context.decisions.soapRequestHash(message.part))
  return answerOf(context, { content, text, type, headers: head.headers, source: body })
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
  /** The SOAP part as it is written for the consumer. */
  readonly text: string
  readonly type: ContentType
  readonly headers: readonly RawHeader[]
  readonly source: Body
}

function answerOf({ decisions, profile }: MessageContext, read: ReadAnswer): SoapHopAnswer {
  const { parts, charset } = read.content
  const part = encodeText(read.text, charset)
  const answer = { kind: 'answer', providerHeaders: read.headers, part, source: read.source } as const
  if (parts === undefined) {
    return { ...answer, contentType: decisions.soapAnswerType(profile.quirks.soapAnswerType), parts }
  }
  const { value } = read.type
  const keepsCharset = profile.quirks.multipartCharset === 'kept' && /;\s*charset\s*=/i.test(value)
  const contentType = decisions.soapAnswerType(keepsCharset ? value : forceUtf8(value))
  const [first, ...attachments] = parts as [MessagePart, ...MessagePart[]]
  const answered = decisions.soapParts([{ headers: first.headers, body: bodyOf(part) }, ...attachments])
  return { ...answer, contentType, parts: answered }
}

/** The outer type of a multipart answer reaches the consumer with this charset, whatever it had. */
function forceUtf8(contentType: string): string {
  return `${contentType.replace(/\s*;\s*charset\s*=\s*(?:"[^"]*"|[^;\s]*)/i, '')};charset=utf-8`
}
