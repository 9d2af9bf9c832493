import { formatId, type ServiceId } from '../../../fixtures/identifiers.ts'
import { fault } from '../../fault/fault.ts'
import { escapeXml } from '../../fault/render-soap.ts'
import { bodyOf, emptyBody } from '../../message/body.ts'
import { formatMultipart } from '../../message/multipart.ts'
import { identifiersNamespace, xroadNamespace } from '../../message/soap-message.ts'
import { writeSoapAnswer } from '../../message/write-soap-answer.ts'
import type { ProviderCaller } from '../call-provider.ts'
import { identifierFields } from '../identifier-fields.ts'
import type { MessageContext, SoapHopAnswer, SoapHopMessage } from '../message-context.ts'
import type { ConfiguredClient } from '../server-configuration.ts'
import { fetchDescription } from './fetch-description.ts'
import type { Methods } from './method-list.ts'
import { requireAsker } from './require-asker.ts'
import { type ResponseBody, responseEnvelope } from './response-envelope.ts'
import { readWsdlRequest } from './wsdl-request.ts'

/**
 * Answers a SOAP metaservice in the provider's stead; undefined for any other message. Only the service code counts, not
 * the version; whoever may call at all may call it: access rights do not count.
 */
export async function answerSoapMetaservice(
  context: MessageContext,
  caller: ProviderCaller,
  message: SoapHopMessage,
  provider: ConfiguredClient,
): Promise<SoapHopAnswer | undefined> {
  switch (message.message.service.serviceCode) {
    case 'listMethods':
      return listMethods(context, message, provider, 'all')
    case 'allowedMethods':
      return listMethods(context, message, provider, 'allowed')
    case 'getWsdl':
      return getWsdl(context, caller, message, provider)
    default:
      return undefined
  }
}

function listMethods(
  context: MessageContext,
  message: SoapHopMessage,
  provider: ConfiguredClient,
  methods: Methods,
): SoapHopAnswer {
  const question = { provider, client: message.client, groups: context.global.groups }
  requireAsker(context.decisions, question, message.message.service)
  const services = context.decisions.soapMethods(question, methods).map(({ id }) => id)
  const name = `${message.message.service.serviceCode}Response`
  const body: ResponseBody = { kind: 'replaced', content: (prefixes) => methodList(name, services, prefixes) }
  return {
    kind: 'answer',
    contentType: context.profile.quirks.soapAnswerType,
    body: bodyOf(answerPart(context, message, body)),
    message: message.message,
    reencoded: undefined,
    providerHeaders: [],
  }
}

/** The header of the answer is the request's own, with the hash of the request. */
function answerPart(context: MessageContext, { message, part }: SoapHopMessage, body: ResponseBody): Buffer {
  return Buffer.from(writeSoapAnswer(responseEnvelope(message.text, body), context.decisions.soapRequestHash(part)))
}

/** Prefixes of the message are used where it has both; otherwise the list declares its own. */
function methodList(name: string, services: readonly ServiceId[], prefixes: ReadonlyMap<string, string>): string {
  const [known, knownId] = [prefixes.get(xroadNamespace), prefixes.get(identifiersNamespace)]
  const isDeclared = known !== undefined && knownId !== undefined
  const [xroad, id] = isDeclared ? [known, knownId] : ['xroad', 'id']
  const declarations = isDeclared ? '' : ` xmlns:xroad="${xroadNamespace}" xmlns:id="${identifiersNamespace}"`
  const entries = services.map((service) => {
    const parts = identifierFields(service).map(
      ([field, value]) => `<${id}:${field}>${escapeXml(value)}</${id}:${field}>`,
    )
    return `<${xroad}:service ${id}:objectType="SERVICE">${parts.join('')}</${xroad}:service>`
  })
  return `<${xroad}:${name}${declarations}>${entries.join('')}</${xroad}:${name}>`
}

async function getWsdl(
  context: MessageContext,
  caller: ProviderCaller,
  message: SoapHopMessage,
  provider: ConfiguredClient,
): Promise<SoapHopAnswer> {
  const { serviceCode, serviceVersion } = readWsdlRequest(message.message.text)
  if (serviceCode === undefined || serviceCode.trim() === '') throw fault('metaServiceCodeMissing')
  const { decisions } = context
  const service = decisions.describedService(provider, serviceCode, serviceVersion)
  if (service === undefined) {
    const version = serviceVersion === undefined ? {} : { serviceVersion }
    const id = formatId({ kind: 'service', provider: message.message.service.provider, serviceCode, ...version })
    throw fault('wsdlUnknown', { service: id })
  }
  if (!decisions.hasDescription(service, 'WSDL')) throw fault('wsdlOfRestService')
  const { head, document } = await fetchDescription(caller, { service, provider, exchange: message.exchange })
  if (!decisions.isDescription(head.status))
    throw fault('descriptionStatus', { status: head.status, reason: head.reason })
  const wsdl = decisions.wsdlDocument(document)
  const part = answerPart(context, message, { kind: 'renamed', localName: 'getWsdlResponse' })
  const boundary = `xroad${context.newId().replaceAll('-', '')}`
  const parts = [
    { headers: [['Content-Type', 'text/xml; charset=UTF-8']] as const, body: bodyOf(part) },
    {
      headers: [
        ['Content-Type', 'text/xml'],
        ['Content-ID', `<wsdl=${context.newId()}@x-road.eu>`],
        ['Content-Transfer-Encoding', 'binary'],
      ] as const,
      body: bodyOf(Buffer.from(wsdl)),
    },
  ]
  return {
    kind: 'answer',
    contentType: `multipart/related; type="text/xml"; charset=UTF-8; boundary=${boundary}`,
    body: formatMultipart(decisions.wsdlParts(parts), boundary, emptyBody),
    message: message.message,
    reencoded: undefined,
    providerHeaders: [],
  }
}
