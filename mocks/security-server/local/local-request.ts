import { attribute, FaultError, fault } from '../../fault/fault.ts'
import type { HttpRequest } from '../../http/serve-connection.ts'
import type { HttpResponse } from '../../http/write-response.ts'
import { recordBody } from '../../log/exchange-log.ts'
import { bodyOf } from '../../message/body.ts'
import type { ConsumerContext } from '../message-context.ts'
import { answerAsic } from './asic.ts'
import { listCentralServices } from './list-central-services.ts'
import { listClients } from './list-clients.ts'
import type { LocalAnswer } from './local-answer.ts'
import { verificationConfiguration } from './verification-configuration.ts'

/**
 * Answers what a security server answers without any other: `/listClients`, `/asic` and `/verificationconf`, by GET and
 * at exactly that path. Undefined for everything else, which counts as SOAP.
 */
export function answerLocally(context: ConsumerContext, request: HttpRequest): HttpResponse | undefined {
  if (!context.decisions.answersLocally(request.head.method)) return undefined
  const answer = answerOrFault(context, request)
  if (answer === undefined) return undefined
  context.exchange.protocol = 'local'
  const { status, headers, framing } = answer
  const body = bodyOf(answer.body)
  context.exchange.response = { status, headers, body: recordBody(body) }
  return { status, headers, body, framing }
}

function answerOrFault(context: ConsumerContext, request: HttpRequest): LocalAnswer | undefined {
  try {
    // An expired global configuration is noticed before the path is looked at.
    if (context.decisions.whyNotReady(context.configuration, 'soap') === 'globalConfigurationExpired') {
      throw fault('globalConfigurationExpired')
    }
    return answerTo(context, request)
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    const { decisions, profile, newId, exchange } = context
    const rendered = decisions.describeFault(attribute(error, 'clientProxy'), profile, newId, '')
    exchange.fault = { code: rendered.code, message: rendered.message, detail: rendered.detail }
    return { ...decisions.renderSoapFault(rendered), framing: 'length' }
  }
}

function answerTo(context: ConsumerContext, { target, head }: HttpRequest): LocalAnswer | undefined {
  const [path, query = ''] = target.split('#', 1)[0]?.split(/\?(.*)/s) ?? []
  const parameters = new URLSearchParams(query)
  switch (path) {
    case '/listClients':
      return listClients(context, parameters, head)
    case '/listCentralServices':
      return context.profile.quirks.centralServices ? listCentralServices(context, parameters) : undefined
    case '/asic':
      return answerAsic(context, parameters)
    case '/verificationconf':
      return verificationConfiguration(context)
    default:
      return undefined
  }
}
