import type { RawHeader } from '../../fixtures/exchange.ts'
import { formatPath } from '../../fixtures/identifiers.ts'
import { attribute, FaultError, fault, type RenderedFault, restStatus } from '../fault/fault.ts'
import { BodyError } from '../http/body-error.ts'
import { IdleError } from '../http/byte-source.ts'
import type { HttpRequest } from '../http/serve-connection.ts'
import { respell } from '../http/well-known-values.ts'
import type { HttpResponse } from '../http/write-response.ts'
import { recordBody } from '../log/exchange-log.ts'
import { bodyOf, collectBody, emptyBody, NoRoom, type WholeBody } from '../message/body.ts'
import { headerValues, isHeader } from '../message/raw-headers.ts'
import type { Decisions } from './decisions.ts'
import { type ConsumerContext, messageIdLimit, type RestHopAnswer, type RestHopMessage } from './message-context.ts'
import { isDate } from './place-date.ts'
import { requireRequestSignature } from './require-signature.ts'
import { hashedMessage } from './sign-rest-answer.ts'
import { verifyCaller } from './verify-caller.ts'

/** The consumer side of a REST message: parse, verify the caller, find the way, hop, answer. */
export async function consumeRest(context: ConsumerContext, request: HttpRequest): Promise<HttpResponse> {
  try {
    const answer = await forward(context, request)
    if (answer.kind === 'answer') return renderAnswer(context, answer)
    return renderError(context, request, context.decisions.relayedFault(answer.fault))
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    const { decisions, profile, newId } = context
    return renderError(context, request, decisions.describeFault(attribute(error, 'clientProxy'), profile, newId, ''))
  }
}

async function forward(context: ConsumerContext, request: HttpRequest): Promise<RestHopAnswer> {
  const { decisions, configuration, global, exchange, peers } = context
  const unready = decisions.whyNotReady(configuration, 'rest')
  if (unready !== undefined) throw fault(unready)
  const rest = decisions.parseRestRequest(
    request.head.method,
    request.target,
    decisions.restHeaders(request.head.headers),
    context.profile.quirks,
  )
  exchange.service = formatPath(rest.service)
  if (rest.client === undefined) throw fault('clientMissing')
  const { client } = rest
  exchange.client = formatPath(client)
  const server = decisions.admit(
    () => verifyCaller(context, client),
    () => decisions.route(rest.service, rest.securityServer, global, context.newId),
    () => {
      const found = decisions.route(rest.service, rest.securityServer, global, context.newId)
      if (!peers.serviceExists(found, rest.service)) throw fault('serviceUnknown', { service: exchange.service ?? '' })
    },
  )
  const id = rest.id ?? `${global.instance}-${context.newId()}`
  exchange.messageId = id
  const requestId = decisions.requestId(context.newId(), request.head.headers)
  const shown = decisions.shownClient(client, global, context.server.code)
  const headers: RawHeader[] = rest.headers.map((header) =>
    shown !== client && isHeader(header, 'x-road-client') ? [header[0], formatPath(shown)] : respell(header),
  )
  headers.push(['x-road-request-id', requestId])
  if (rest.id === undefined) headers.push(['x-road-id', id])
  const body = await readBody(request)
  try {
    exchange.request = { ...exchange.request, body: recordBody(body) }
    await requireRequestSignature(context, client, rest.service.provider, server, 'signingCertificateMissingRest')
    if (id.length > messageIdLimit) throw fault('messageIdTooLongRest', { uuid: context.newId() })
    const clientVersion = configuration.settings.softwareVersion ?? context.profile.softwareVersion
    const message = { ...rest, client: shown, id, requestId, headers, body, clientVersion, exchange }
    const answer = await peers.rest(server, message)
    if (answer.kind === 'answer' && id === '')
      throw attribute(fault('responseMessageInvalid'), 'clientProxy', 'serviceFailed')
    if (answer.kind === 'answer') await checkHash(message, answer, decisions)
    return answer
  } finally {
    await body.discard()
  }
}

async function checkHash(
  message: RestHopMessage,
  { requestHash, body }: RestHopAnswer & { kind: 'answer' },
  decisions: Decisions,
): Promise<void> {
  if (decisions.isRequestHash(requestHash, decisions.restRequestHash(hashedMessage(message), message.body))) return
  await body.discard()
  throw fault('responseHashMismatch')
}

async function readBody(request: HttpRequest): Promise<WholeBody> {
  if (!request.hasBody) return emptyBody
  try {
    return await collectBody(() => request.body.read())
  } catch (error) {
    if (error instanceof BodyError) throw fault('io', { text: 'Early EOF' })
    if (error instanceof NoRoom) throw fault('io', { text: error.message })
    if (error instanceof IdleError) {
      const { time } = error
      throw fault('io', { text: `java.util.concurrent.TimeoutException: Idle timeout expired: ${time}/${time} ms` })
    }
    throw error
  }
}

function renderAnswer(context: ConsumerContext, answer: RestHopAnswer & { kind: 'answer' }): HttpResponse {
  const { exchange, decisions, profile } = context
  const headers = decisions.restAnswerHeaders(answer.headers, answer.status)
  exchange.response = { status: answer.status, headers, body: recordBody(answer.body) }
  const framing = profile.engine.answerFraming
  const reason = profile.engine.answerReason === 'provider' && answer.reason !== '' ? { reason: answer.reason } : {}
  const rest = { status: answer.status, ...reason, body: answer.body, framing }
  if (!profile.quirks.oneDate) return { ...rest, headers, ownDate: true }
  return { ...rest, headers: decisions.placeDate(headers), ownDate: headers.some(isDate) }
}

function renderError(context: ConsumerContext, request: HttpRequest, rendered: RenderedFault): HttpResponse {
  const { exchange, decisions, profile } = context
  const type = decisions.negotiateErrorType(headerValues(request.head.headers, 'accept'))
  const status = restStatus(rendered.code, profile)
  const error = decisions.renderRestError({ ...rendered, restStatus: status }, type, profile.quirks)
  exchange.fault = { code: rendered.code, message: rendered.message, detail: rendered.detail }
  const body = bodyOf(error.body)
  exchange.response = { status: error.status, headers: error.headers, body: recordBody(body) }
  return {
    status: error.status,
    headers: error.headers,
    body,
    framing: type === 'application/json' ? profile.quirks.jsonErrorFraming : profile.engine.answerFraming,
    close: error.close,
  }
}
