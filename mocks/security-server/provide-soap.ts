import type { RawHeader } from '../../fixtures/exchange.ts'
import { formatId } from '../../fixtures/identifiers.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import { attribute, FaultError, fault } from '../fault/fault.ts'
import type { HttpAnswer } from '../http/http-call.ts'
import { recordBody } from '../log/exchange-log.ts'
import { type Body, bodyOf } from '../message/body.ts'
import { parseContentType } from '../message/content-type.ts'
import { formatMultipart } from '../message/multipart.ts'
import type { SoapMessage } from '../message/soap-message.ts'
import { callProvider, type ProviderCaller } from './call-provider.ts'
import type { Decisions } from './decisions.ts'
import { inflateAnswer } from './inflate-answer.ts'
import type { MessageContext, SoapHopAnswer, SoapHopMessage } from './message-context.ts'
import { answerSoapMetaservice } from './metaservices/soap-metaservice.ts'
import { parseProviderAddress } from './provider-address.ts'
import { readSoapAnswer } from './read-soap-answer.ts'
import { refuseOldClient } from './refuse-old-client.ts'
import { reportProviderFault } from './report-provider-fault.ts'
import { requireProvider } from './require-provider.ts'
import { requireService } from './require-service.ts'
import type { ConfiguredClient, ConfiguredService } from './server-configuration.ts'

/** The provider side of a SOAP message: find the service, judge the right to it, call it, put the request hash in the answer. */
export async function provideSoap(
  context: MessageContext,
  caller: ProviderCaller,
  message: SoapHopMessage,
): Promise<SoapHopAnswer> {
  let address = ''
  try {
    refuseOldClient(context, message.clientVersion)
    const { client, soap } = message
    const id = soap.service
    const provider = requireProvider(context, { client, service: id }, () => refuseForeignServer(context, soap))
    const made = await answerSoapMetaservice(context, caller, message, provider)
    if (made !== undefined) return made
    const found = provider.service(id.serviceCode, id.serviceVersion)
    address = found?.url ?? ''
    const service = requireService(context, {
      id,
      client,
      provider,
      service: found,
      protocol: 'soap',
      request: () => undefined,
    })
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

function refuseForeignServer({ server }: MessageContext, { securityServer: target }: SoapMessage): void {
  if (target === undefined || formatId(target) === formatId(server.id)) return
  throw fault('serverMismatch', { server: formatId(target), expected: formatId(server.id) })
}

async function call(
  context: MessageContext,
  caller: ProviderCaller,
  message: SoapHopMessage,
  provider: ConfiguredClient,
  service: ConfiguredService,
): Promise<SoapHopAnswer> {
  try {
    const answer = await inflateAnswer(await send(context, caller, message, provider, service))
    const read = await readSoapAnswer(context, message, answer).catch(async (error) => {
      await answer.body.discard()
      throw error
    })
    if (read.kind === 'fault') await answer.body.discard()
    return read
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    // The parser reads while the answer arrives, and knows only that its stream broke.
    const broken =
      error.situation === 'providerBodyBroken' ? fault('providerIo', { text: 'Stream was aborted' }) : error
    throw attribute(broken, 'serverProxy', 'serviceFailed')
  }
}

async function send(
  { decisions, profile }: MessageContext,
  caller: ProviderCaller,
  message: SoapHopMessage,
  provider: ConfiguredClient,
  { url, timeoutSeconds, verifyTls }: ConfiguredService,
): Promise<HttpAnswer> {
  const body = requestBody(message, decisions)
  const headers = decisions.soapHeadersToProvider(
    [
      ['SOAPAction', message.soapAction],
      ['accept-encoding', ''],
      ['Transfer-Encoding', 'chunked'],
      ['Content-Type', contentTypeToProvider(message, profile)],
    ],
    message.exchange.request.headers,
  )
  const method = 'POST'
  message.exchange.providerCalls.push({ url, method, headers, body: recordBody(body) })
  const timeout = decisions.timeLimit(timeoutSeconds) * 1000
  const trailingHeaders: readonly RawHeader[] = []
  return callProvider(caller, {
    timeout,
    verifyTls,
    provider,
    url,
    method,
    headers,
    trailingHeaders,
    body,
    chunked: true,
  })
}

function contentTypeToProvider({ parts, contentType }: SoapHopMessage, { quirks }: VersionProfile): string {
  return parts === undefined && quirks.soapTypeToProvider === 'fixed' ? 'text/xml; charset=UTF-8' : contentType
}

function requestBody({ part, parts, contentType, source }: SoapHopMessage, decisions: Decisions): Body {
  if (parts === undefined) return bodyOf(decisions.soapPartToProvider(part))
  const boundary = parseContentType(contentType, 'prefix')?.boundary ?? ''
  return formatMultipart(decisions.soapParts(parts), boundary, source)
}
