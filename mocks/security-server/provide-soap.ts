import type { RawHeader } from '../../fixtures/exchange.ts'
import { formatId } from '../../fixtures/identifiers.ts'
import type { Quirks, VersionProfile } from '../../fixtures/version-profile.ts'
import { recordBody } from '../control/exchange-log.ts'
import { attribute, FaultError, fault } from '../fault/fault.ts'
import type { HttpAnswer } from '../http/http-call.ts'
import { type Body, bodyOf, joinBodies } from '../message/body.ts'
import { type ContentType, parseContentType } from '../message/content-type.ts'
import { encodeText } from '../message/encode-text.ts'
import { formatMultipart, type MessagePart } from '../message/multipart.ts'
import { parseSoapContent, type SoapContent } from '../message/soap-content.ts'
import type { SoapFault, SoapMessage } from '../message/soap-message.ts'
import { callProvider, type ProviderCaller } from './call-provider.ts'
import type { Decisions } from './decisions.ts'
import { inflateAnswer } from './inflate-answer.ts'
import type { MessageContext, SoapHopAnswer, SoapHopMessage } from './message-context.ts'
import { answerSoapMetaservice } from './metaservices/soap-metaservice.ts'
import { parseProviderAddress } from './provider-address.ts'
import { reportProviderFault } from './report-provider-fault.ts'
import type { ConfiguredClient, ConfiguredService } from './server-configuration.ts'

/** The provider side of a SOAP message: find the service, judge the right to it, call it, put the request hash in the answer. */
export async function provideSoap(
  context: MessageContext,
  caller: ProviderCaller,
  message: SoapHopMessage,
): Promise<SoapHopAnswer> {
  let address = ''
  try {
    const provider = decode(context, message)
    const made = await answerSoapMetaservice(context, caller, message, provider)
    if (made !== undefined) return made
    const { serviceCode, serviceVersion } = message.message.service
    const service = provider.service(serviceCode, serviceVersion)
    address = service?.url ?? ''
    const refusal = context.decisions.checkService({
      service,
      protocol: 'soap',
      allowed: () =>
        context.decisions.authorise({
          client: message.client,
          provider,
          serviceCode,
          request: undefined,
          groups: context.global.groups,
        }),
    })
    if (refusal !== undefined || service === undefined) {
      const id = formatId(message.message.service)
      throw fault(refusal ?? 'serviceUnknown', { service: id, notice: service?.description.notice ?? '' })
    }
    if (service.url === '') throw fault('serviceAddressMissing', { service: formatId(message.message.service) })
    refuseMalformedAddress(service.url)
    return await call(context, caller, message, provider, service)
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return { kind: 'fault', fault: reportProviderFault(context, error, address), xml: Buffer.alloc(0) }
  }
}

/** An address that is no URI is no failure of the service, which is never called. */
function refuseMalformedAddress(address: string): void {
  try {
    parseProviderAddress(address)
  } catch (error) {
    if (!(error instanceof FaultError) || error.situation !== 'uriIllegal') return
    throw fault('serviceAddressMalformed', { address, text: error.message })
  }
}

/** What is checked while the message is decoded is reported under `service_failed`. */
function decode({ configuration, decisions, server }: MessageContext, { message }: SoapHopMessage): ConfiguredClient {
  const target = message.securityServer
  if (target !== undefined && formatId(target) !== formatId(server.id)) {
    throw attribute(
      fault('serverMismatch', { server: formatId(target), expected: formatId(server.id) }),
      'serverProxy',
      'serviceFailed',
    )
  }
  const provider = configuration.client(message.service.provider)
  if (provider === undefined || !decisions.isRegistered(provider)) {
    const unknown = fault('clientNotFound', { client: formatId(message.service.provider) })
    throw attribute(unknown, 'serverProxy', 'serviceFailed')
  }
  return provider
}

async function call(
  context: MessageContext,
  caller: ProviderCaller,
  message: SoapHopMessage,
  provider: ConfiguredClient,
  service: ConfiguredService,
): Promise<SoapHopAnswer> {
  try {
    const { decisions } = context
    const body = requestBody(message, decisions)
    const headers = decisions.soapHeadersToProvider(
      [
        ['SOAPAction', message.soapAction],
        ['accept-encoding', ''],
        ['Transfer-Encoding', 'chunked'],
        ['Content-Type', contentTypeToProvider(message, context.profile)],
      ],
      message.exchange.request.headers,
    )
    message.exchange.providerCalls.push({ url: service.url, method: 'POST', headers, body: recordBody(body) })
    const answer = await callProvider(caller, {
      timeout: decisions.timeLimit(service.timeoutSeconds) * 1000,
      verifyTls: service.verifyTls,
      provider,
      url: service.url,
      method: 'POST',
      headers,
      trailingHeaders: [],
      body,
      chunked: true,
    })
    const inflated = await inflateAnswer(answer)
    const read = await readAnswer(context, message, inflated).catch(async (error) => {
      await inflated.body.discard()
      throw error
    })
    if (read.kind === 'fault') await inflated.body.discard()
    return read
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    // The parser reads while the answer arrives, and knows only that its stream broke.
    const broken =
      error.situation === 'providerBodyBroken' ? fault('providerIo', { text: 'Stream was aborted' }) : error
    throw attribute(broken, 'serverProxy', 'serviceFailed')
  }
}

function contentTypeToProvider({ parts, contentType }: SoapHopMessage, { quirks }: VersionProfile): string {
  return parts === undefined && quirks.soapTypeToProvider === 'fixed' ? 'text/xml; charset=UTF-8' : contentType
}

function requestBody({ part, parts, contentType, source }: SoapHopMessage, decisions: Decisions): Body {
  if (parts === undefined) return bodyOf(decisions.soapPartToProvider(part))
  const boundary = parseContentType(contentType, 'prefix')?.boundary ?? ''
  return formatMultipart(decisions.soapParts(parts), boundary, source)
}

/** Only the body tells what an answer of status 200 or 500 is; any other status is an error of its own (ERR-SOAP-16). */
async function readAnswer(
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
  if (content.soap.kind === 'fault') return providerFault(content, content.soap, context)
  const hash = context.decisions.soapRequestHash(message.part)
  return answerOf(content, content.soap, context.decisions.writeSoapAnswer(content.soap.text, hash), type, {
    source: body,
    quirks: context.profile.quirks,
    decisions: context.decisions,
    headers: head.headers,
  })
}

function providerFault({ parts, part }: SoapContent, sent: SoapFault, context: MessageContext): SoapHopAnswer {
  if (sent.code === undefined && context.profile.quirks.emptyProviderFault === 'refused') {
    throw fault('internal', { text: 'null' }, 'serverProxy')
  }
  if (parts === undefined) return { kind: 'fault', fault: undefined, xml: context.decisions.providerFault(part) }
  throw attribute(fault('responseNotSoap', { type: 'multipart/mixed' }), 'clientProxy', 'serviceFailed')
}

interface AnswerContext {
  readonly source: Body
  readonly quirks: Quirks
  readonly decisions: Decisions
  readonly headers: readonly RawHeader[]
}

function answerOf(
  { parts, charset }: SoapContent,
  message: SoapMessage,
  text: string,
  type: ContentType,
  { source, quirks: { soapAnswerType, multipartCharset }, decisions, headers: providerHeaders }: AnswerContext,
): SoapHopAnswer {
  const written = encodeText(text, charset)
  const reencoded = /^utf-?8$/i.test(charset) ? undefined : written
  if (parts === undefined)
    return {
      kind: 'answer',
      contentType: decisions.soapAnswerType(soapAnswerType),
      body: joinBodies([bodyOf(written)], source),
      providerHeaders,
      message,
      reencoded,
    }
  const [first, ...attachments] = parts as [MessagePart, ...MessagePart[]]
  const boundary = type.boundary ?? ''
  const answered = decisions.soapParts([{ headers: first.headers, body: bodyOf(written) }, ...attachments])
  const body = formatMultipart(answered, boundary, source)
  return {
    kind: 'answer',
    contentType: decisions.soapAnswerType(
      multipartCharset === 'kept' && /;\s*charset\s*=/i.test(type.value) ? type.value : forceUtf8(type.value),
    ),
    body,
    providerHeaders,
    message,
    reencoded,
  }
}

/** The outer type of a multipart answer reaches the consumer with this charset, whatever it had. */
function forceUtf8(contentType: string): string {
  return `${contentType.replace(/\s*;\s*charset\s*=\s*(?:"[^"]*"|[^;\s]*)/i, '')};charset=utf-8`
}
