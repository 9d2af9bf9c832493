import type { RawHeader } from '../../fixtures/exchange.ts'
import { FaultError, fault } from '../fault/fault.ts'
import { recordBody } from '../log/exchange-log.ts'
import { emptyBody } from '../message/body.ts'
import { firstHeader } from '../message/raw-headers.ts'
import type { ProviderCaller } from './call-provider.ts'
import { inflateAnswer } from './inflate-answer.ts'
import type { MessageContext, RestHopAnswer, RestHopMessage } from './message-context.ts'
import { answerRestMetaservice } from './metaservices/rest-metaservice.ts'
import { refuseOldClient } from './refuse-old-client.ts'
import { reportProviderFault } from './report-provider-fault.ts'
import { requireProvider } from './require-provider.ts'
import { requireService } from './require-service.ts'
import type { ConfiguredClient, ConfiguredService } from './server-configuration.ts'
import { signRestAnswer } from './sign-rest-answer.ts'

/** Methods whose body reaches the provider; others have theirs hashed and dropped (AMB-12). */
const methodsWithBody = new Set(['POST', 'PUT', 'PATCH'])

/** The provider side of a REST message: find the service, judge the right to it, call it, sign the answer with its hash. */
export async function provideRest(
  context: MessageContext,
  caller: ProviderCaller,
  message: RestHopMessage,
): Promise<RestHopAnswer> {
  let address = ''
  try {
    refuseOldClient(context, message.clientVersion)
    const provider = requireProvider(context, message, () => refuseIllegalUri(message))
    const path = context.decisions.judgedPath(message.servicePath, context.profile)
    const made = await answerRestMetaservice(context, caller, message, provider)
    if (made !== undefined) return made
    const found = context.decisions.findRestService(provider, message.service)
    address = found?.url ?? ''
    const { client, service: id, verb: method } = message
    const service = requireService(context, {
      id,
      client,
      provider,
      service: found,
      protocol: 'rest',
      request: () => ({ method, path: path() }),
    })
    return await call(context, caller, message, provider, service)
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return { kind: 'fault', fault: reportProviderFault(context, error, address) }
  }
}

/** The message is decoded into a URI, so whatever java.net.URI does not allow ends here; the first offender counts. */
function refuseIllegalUri({ rawTarget }: RestHopMessage): void {
  const mark = rawTarget.indexOf('?')
  const path = mark < 0 ? rawTarget : rawTarget.slice(0, mark)
  const inPath = path.search(/["<>[\]{}|^\\`\x00-\x20\x7f]|%(?![0-9a-fA-F]{2})/)
  const inQuery = mark < 0 ? -1 : rawTarget.slice(mark).search(/["<>{}|^\\`\x00-\x20\x7f]|%(?![0-9a-fA-F]{2})/)
  const index = inPath >= 0 ? inPath : inQuery < 0 ? -1 : mark + inQuery
  if (index < 0) return
  if (rawTarget[index] === '%') throw fault('uriEscapeMalformed', { index, uri: rawTarget })
  throw fault('uriIllegal', { component: inPath >= 0 ? 'path' : 'query', index, uri: rawTarget })
}

async function call(
  context: MessageContext,
  caller: ProviderCaller,
  message: RestHopMessage,
  provider: ConfiguredClient,
  service: ConfiguredService,
): Promise<RestHopAnswer> {
  const withBody = methodsWithBody.has(message.verb)
  const body = withBody ? message.body : emptyBody
  const { joinPath, callRestProvider, timeLimit } = context.decisions
  const url = joinPath(service.url, message.servicePath) + (message.query === undefined ? '' : `?${message.query}`)
  const chunked = body.length > 0 && context.profile.quirks.restBodyFraming === 'chunked'
  const framing: RawHeader = chunked ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(body.length)]
  const headers: RawHeader[] = withBody ? [...message.headers, framing] : [...message.headers]
  const asksEncoding = firstHeader(message.headers, 'accept-encoding') !== undefined
  message.exchange.providerCalls.push({ url, method: message.verb, headers, body: recordBody(body) })
  const answer = await callRestProvider(caller, {
    timeout: timeLimit(service.timeoutSeconds) * 1000,
    verifyTls: service.verifyTls,
    provider,
    url,
    method: message.verb,
    headers,
    trailingHeaders: asksEncoding ? [] : [['Accept-Encoding', 'gzip,deflate']],
    body,
    chunked,
  })
  const { head, body: answered } = await inflateAnswer(answer)
  return signRestAnswer(context, message, { ...head, body: answered })
}
