import type { RawHeader } from '../../fixtures/exchange.ts'
import { formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import { answerFaultRequest } from '../fault/answer-fault-request.ts'
import { attribute, FaultError, fault, faultMessage } from '../fault/fault.ts'
import { formatProblem } from '../fault/java-format.ts'
import { soapFaultHeaders } from '../fault/render-soap.ts'
import { BodyError } from '../http/body-error.ts'
import { IdleError } from '../http/byte-source.ts'
import type { RequestHead } from '../http/request-head.ts'
import type { HttpRequest } from '../http/serve-connection.ts'
import { respell } from '../http/well-known-values.ts'
import type { HttpResponse } from '../http/write-response.ts'
import { recordBody } from '../log/exchange-log.ts'
import { type Body, bodyOf, collectBody, joinBodies, NoRoom } from '../message/body.ts'
import { type ContentType, parseContentType } from '../message/content-type.ts'
import { formatMultipart } from '../message/multipart.ts'
import { headerValues } from '../message/raw-headers.ts'
import { parseSoapContent, type SoapContent } from '../message/soap-content.ts'
import type { OnCentralService } from '../message/soap-header.ts'
import { parseSoapMessage } from '../message/soap-message.ts'
import type { Decisions } from './decisions.ts'
import { type ConsumerContext, messageIdLimit, type SoapHopAnswer, type SoapHopMessage } from './message-context.ts'
import { refuseCentralService } from './refuse-central-service.ts'
import { requireRequestSignature } from './require-signature.ts'
import { verifyCaller } from './verify-caller.ts'

/** The consumer side of a SOAP message: parse, verify the caller, find the way, hop, compare the answer. */
export async function consumeSoap(context: ConsumerContext, request: HttpRequest): Promise<HttpResponse> {
  try {
    const answer = await forward(context, request)
    return answer.kind === 'fault' ? passFault(context, answer) : renderAnswer(context, answer)
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    const { decisions, profile, newId } = context
    const rendered = decisions.describeFault(attribute(error, 'clientProxy'), profile, newId, '')
    const { status, headers, body } = decisions.renderSoapFault(rendered)
    context.exchange.fault = { code: rendered.code, message: rendered.message, detail: rendered.detail }
    return finish(context, status, headers, bodyOf(body), 'length')
  }
}

async function forward(context: ConsumerContext, request: HttpRequest): Promise<SoapHopAnswer> {
  const { exchange } = context
  const { soapAction, contentType } = checkHead(context, request.head)
  const body = await readBody(request)
  try {
    exchange.request = { ...exchange.request, body: recordBody(body) }
    const { soap, part, parts } = await parseRequest(body, contentType, context)
    if (soap.kind === 'fault') {
      const rendered = answerFaultRequest(soap, context.profile, context.newId)
      return { kind: 'fault', fault: rendered, xml: Buffer.alloc(0) }
    }
    return await hop(context, request.head, { soapAction, contentType, soap, part, parts, source: body })
  } finally {
    await body.discard()
  }
}

/** What is refused before a byte of the body is read, and what the head says of it. */
function checkHead({ decisions, configuration, profile }: ConsumerContext, head: RequestHead) {
  const { method } = head
  if (method.toUpperCase() !== 'POST') throw fault('methodNotPost', { method }, 'client')
  const unready = decisions.whyNotReady(configuration, 'soap')
  if (unready !== undefined) throw fault(unready)
  const [soapAction = ''] = headerValues(head.headers, 'soapaction')
  decisions.checkSoapAction(soapAction)
  const value = decisions.soapContentType(headerValues(head.headers, 'content-type')[0])
  const contentType = parseContentType(value, profile.quirks.mediaTypeReading)
  if (contentType === undefined) {
    throw fault(value === undefined ? 'contentTypeMissing' : 'contentTypeBlank', {}, 'clientProxy')
  }
  return { soapAction, contentType }
}

type ReceivedMessage = Pick<SoapHopMessage, 'soap' | 'part' | 'parts' | 'source' | 'soapAction'>

/** Verifies the caller, finds the way, and passes the message on to the provider side. */
async function hop(
  context: ConsumerContext,
  head: RequestHead,
  received: ReceivedMessage & { readonly contentType: ContentType },
): Promise<SoapHopAnswer> {
  const { decisions, configuration, global, exchange, peers, newId, profile } = context
  const { soap } = received
  const client = decisions.soapClient(soap, head)
  exchange.client = formatPath(client)
  exchange.service = formatPath(soap.service)
  exchange.messageId = soap.id
  const locate = () => decisions.route(soap.service, soap.securityServer, global, newId)
  const server = decisions.admit(
    () => verifyCaller(context, client),
    locate,
    () => refuseUnknown(peers.serviceExists(locate(), soap.service), soap.service),
  )
  await requireRequestSignature(context, client, soap.service.provider, server, 'signingCertificateMissing')
  if (soap.id.length > messageIdLimit) throw fault('messageIdTooLongSoap')
  const shown = decisions.shownClient(client, global, context.server.code)
  const [, contentType] = respell(['Content-Type', received.contentType.value])
  const clientVersion = configuration.settings.softwareVersion ?? profile.softwareVersion
  const answer = await peers.soap(server, { ...received, client: shown, contentType, clientVersion, exchange })
  if (answer.kind === 'answer') await checkAnswer(received, answer, decisions)
  return answer
}

function refuseUnknown(exists: boolean, service: ServiceId): void {
  if (!exists) throw fault('serviceUnknown', { service: formatPath(service) })
}

async function readBody(request: HttpRequest): Promise<Body> {
  try {
    return await collectBody(() => request.body.read())
  } catch (error) {
    if (error instanceof IdleError) throw fault('uploadStalled')
    if (error instanceof BodyError) throw fault('io', { text: 'Early EOF' }, 'client')
    if (error instanceof NoRoom) throw fault('io', { text: error.message })
    throw error
  }
}

async function parseRequest(
  body: Body,
  contentType: ContentType,
  { profile, decisions, global }: ConsumerContext,
): Promise<SoapContent> {
  try {
    const { receivedParts, receivedPart } = decisions
    const onCentralService: OnCentralService = (id) => refuseCentralService(id, global)
    const reception = { receivedParts, receivedPart, ...(profile.quirks.centralServices && { onCentralService }) }
    return await parseSoapContent(body, contentType, () => fault('soapMissing'), reception)
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    const breaks = profile.quirks.formatsTextsTwice && formatProblem(faultMessage(error, profile) ?? '') !== undefined
    throw breaks ? fault('soapRequestUnparsed', {}, 'clientProxy') : attribute(error, 'client')
  }
}

async function checkAnswer(
  { soap, part }: ReceivedMessage,
  answer: SoapHopAnswer & { kind: 'answer' },
  decisions: Decisions,
): Promise<void> {
  try {
    // The provider side says UTF-8 whatever the provider said; an answer in another encoding may not be any.
    const answered = parseSoapMessage(answer.part)
    if (answered.kind === 'fault' || !decisions.repeatsRequest(soap, answered)) throw fault('responseInconsistent')
    if (!decisions.isRequestHash(answered.requestHash, decisions.soapRequestHash(part))) {
      throw fault(answered.requestHash === undefined ? 'soapHashMissing' : 'soapHashMismatch', {}, 'clientProxy')
    }
  } catch (error) {
    await answer.source.discard()
    throw error instanceof FaultError ? attribute(error, 'clientProxy', 'serviceFailed') : error
  }
}

function passFault(
  context: ConsumerContext,
  { fault: rendered, xml }: SoapHopAnswer & { kind: 'fault' },
): HttpResponse {
  if (rendered === undefined) return finish(context, 200, soapFaultHeaders, bodyOf(xml), 'length')
  context.exchange.fault = { code: rendered.code, message: rendered.message, detail: rendered.detail ?? '' }
  const { status, headers, body } = context.decisions.renderSoapFault(rendered)
  return finish(context, status, headers, bodyOf(body), 'length')
}

function renderAnswer(context: ConsumerContext, answer: SoapHopAnswer & { kind: 'answer' }): HttpResponse {
  const headers = context.decisions.soapAnswerHeaders([['Content-Type', answer.contentType]], answer.providerHeaders)
  return finish(context, 200, headers, answerBody(answer), context.profile.engine.answerFraming)
}

function answerBody({ contentType, part, parts, source }: SoapHopAnswer & { kind: 'answer' }): Body {
  if (parts === undefined) return joinBodies([bodyOf(part)], source)
  return formatMultipart(parts, parseContentType(contentType, 'prefix')?.boundary ?? '', source)
}

function finish(
  { exchange }: ConsumerContext,
  status: number,
  headers: readonly RawHeader[],
  body: Body,
  framing: HttpResponse['framing'],
): HttpResponse {
  exchange.response = { status, headers, body: recordBody(body) }
  return { status, headers, body, framing }
}
