import type { RawHeader } from '../../../fixtures/exchange.ts'
import { bodyOf, emptyBody } from '../../message/body.ts'
import type { ProviderCaller } from '../call-provider.ts'
import type { MessageContext, RestHopAnswer, RestHopMessage } from '../message-context.ts'
import type { ConfiguredClient } from '../server-configuration.ts'
import { signRestAnswer } from '../sign-rest-answer.ts'
import { getOpenApi } from './get-open-api.ts'
import { type Methods, type RestMethod, wholeServices } from './method-list.ts'
import { requireAsker } from './require-asker.ts'
import type { RestDocument } from './rest-document.ts'

/**
 * Answers a REST metaservice in the provider's stead; undefined for any other message. Whoever may call at all may call
 * it: access rights do not count.
 */
export async function answerRestMetaservice(
  context: MessageContext,
  caller: ProviderCaller,
  message: RestHopMessage,
  provider: ConfiguredClient,
): Promise<RestHopAnswer | undefined> {
  if (!context.decisions.isRestMetadata(message.verb)) return undefined
  const document = await documentOf(context, caller, message, provider)
  if (document === undefined) return undefined
  const added: RawHeader[] = [['Content-Type', document.contentType]]
  const answer = { status: 200, headers: message.headers, body: document.body }
  // A metaservice hashes the head of the request only, so the consumer side finds a request with a body changed.
  return signRestAnswer(context, message, answer, added, emptyBody)
}

async function documentOf(
  context: MessageContext,
  caller: ProviderCaller,
  message: RestHopMessage,
  provider: ConfiguredClient,
): Promise<RestDocument | undefined> {
  switch (message.service.serviceCode) {
    case 'listMethods':
      return listMethods(context, message, provider, 'all')
    case 'allowedMethods':
      return listMethods(context, message, provider, 'allowed')
    case 'getOpenAPI':
      return getOpenApi(context, caller, message, provider)
    default:
      return undefined
  }
}

function listMethods(
  { global, profile, decisions }: MessageContext,
  { client, service: metaservice }: RestHopMessage,
  provider: ConfiguredClient,
  methods: Methods,
): RestDocument {
  const question = { provider, client, global }
  requireAsker(decisions, question, metaservice)
  const detailed = profile.quirks.restMetaservices === 'endpoints'
  const listed = methods === 'allowed' && !detailed ? wholeServices(question) : decisions.restMethods(question, methods)
  const service = listed.map((method) => describeMethod(method, detailed))
  return { contentType: 'application/json', body: bodyOf(Buffer.from(JSON.stringify({ service }))) }
}

/** The order of members is the reference's. */
function describeMethod({ service, endpoints }: RestMethod, detailed: boolean) {
  const { provider, serviceCode } = service.id
  return {
    member_class: provider.memberClass,
    member_code: provider.memberCode,
    ...(provider.kind === 'subsystem' ? { subsystem_code: provider.subsystemCode } : {}),
    service_code: serviceCode,
    ...(detailed ? { endpoint_list: endpoints.map(({ method, path }) => ({ method, path })) } : {}),
    object_type: 'SERVICE',
    ...(detailed ? { service_type: service.description.type } : {}),
    xroad_instance: provider.instance,
  }
}
