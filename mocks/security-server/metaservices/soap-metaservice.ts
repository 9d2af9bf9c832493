import { formatId, type ServiceId } from '../../../fixtures/identifiers.ts'
import { fault } from '../../fault/fault.ts'
import { bodyOf, emptyBody } from '../../message/body.ts'
import { escapeXml } from '../../message/escape-markup.ts'
import { identifiersNamespace, xroadNamespace } from '../../message/soap-namespaces.ts'
import { writeSoapAnswer } from '../../message/write-soap-answer.ts'
import type { ProviderCaller } from '../call-provider.ts'
import { identifierFields } from '../identifier-fields.ts'
import type { MessageContext, SoapHopAnswer, SoapHopMessage } from '../message-context.ts'
import type { ConfiguredClient } from '../server-configuration.ts'
import { fetchDescription } from './fetch-description.ts'
import type { Methods } from './method-list.ts'
import { requireAsker } from './require-asker.ts'
import type { ResponseBody } from './response-envelope.ts'
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
  switch (message.soap.service.serviceCode) {
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
  const question = { provider, client: message.client, global: context.global }
  requireAsker(context.decisions, question, message.soap.service)
  const services = context.decisions.soapMethods(question, methods).map(({ id }) => id)
  const requestHash = context.decisions.soapRequestHash(message.part)
  const name = `${message.soap.service.serviceCode}Response`
  const body: ResponseBody = { kind: 'replaced', content: (prefixes) => methodList(name, services, prefixes) }
  return {
    kind: 'answer',
    contentType: context.profile.quirks.soapAnswerType,
    part: answerPart(context, message, body, requestHash),
    parts: undefined,
    source: emptyBody,
    providerHeaders: [],
  }
}

/** The header of the answer is the request's own, with the hash of the request. */
function answerPart(
  { decisions }: MessageContext,
  { soap }: SoapHopMessage,
  body: ResponseBody,
  requestHash: string | undefined,
): Buffer {
  return Buffer.from(writeSoapAnswer(decisions.responseEnvelope(soap.text, body), requestHash))
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
  const { serviceCode, serviceVersion } = readWsdlRequest(message.soap.text)
  if (serviceCode === undefined || serviceCode.trim() === '') throw fault('metaServiceCodeMissing')
  const { decisions, global } = context
  const question = { provider, client: message.client, global }
  const service = decisions.describedService(question, serviceCode, serviceVersion)
  if (service === undefined) {
    const version = serviceVersion === undefined ? {} : { serviceVersion }
    const id = formatId({ kind: 'service', provider: message.soap.service.provider, serviceCode, ...version })
    throw fault('wsdlUnknown', { service: id })
  }
  if (!decisions.hasDescription(service, 'WSDL')) throw fault('wsdlOfRestService')
  const { head, document } = await fetchDescription(caller, { service, provider, exchange: message.exchange })
  if (!decisions.isDescription(head.status))
    throw fault('descriptionStatus', { status: head.status, reason: head.reason })
  const wsdl = decisions.wsdlDocument(document)
  const requestHash = decisions.soapRequestHash(message.part)
  const part = answerPart(context, message, { kind: 'renamed', localName: 'getWsdlResponse' }, requestHash)
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
    part,
    parts: decisions.wsdlParts(parts),
    source: emptyBody,
    providerHeaders: [],
  }
}
