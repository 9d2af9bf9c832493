import { formatId } from '../../../fixtures/identifiers.ts'
import { fault } from '../../fault/fault.ts'
import { bodyOf } from '../../message/body.ts'
import { requireNotBlank } from '../../message/identifier-part.ts'
import { headerValues } from '../../message/raw-headers.ts'
import type { ProviderCaller } from '../call-provider.ts'
import type { MessageContext, RestHopMessage } from '../message-context.ts'
import type { ConfiguredClient } from '../server-configuration.ts'
import { type FetchedDescription, fetchDescription } from './fetch-description.ts'
import type { RestDocument } from './rest-document.ts'

/** The OpenAPI description of a service, fetched now, with the addresses of its servers reduced to their paths. */
export async function getOpenApi(
  { global, profile, decisions }: MessageContext,
  caller: ProviderCaller,
  message: RestHopMessage,
  provider: ConfiguredClient,
): Promise<RestDocument> {
  const serviceCode = queriedService(message.query ?? '')
  if (serviceCode === undefined || serviceCode === '') throw fault('metaServiceCodeMissing')
  requireNotBlank('serviceCode', serviceCode)
  const question = { provider, client: message.client, global }
  const service = decisions.describedService(question, serviceCode, undefined)
  if (service === undefined) {
    const id = formatId({ kind: 'service', provider: message.service.provider, serviceCode })
    throw fault('openApiServiceUnknown', { service: id })
  }
  const { type, url } = service.description
  if (!decisions.hasDescription(service, 'OPENAPI')) throw fault('openApiServiceType', { type })
  const fetched = await fetchDescription(caller, { service, provider, exchange: message.exchange })
  const { status, reason } = fetched.head
  if (!decisions.isDescription(status)) throw fault('openApiStatus', { url, status, reason })
  const contentType = decisions.openApiType(contentTypes(fetched))
  const rewritten =
    profile.quirks.restMetaservices === 'endpoints'
      ? Buffer.from(decisions.openApiDocument(fetched.document.toString('utf8'), url, fileType(fetched, url)))
      : fetched.document
  return { contentType, body: bodyOf(rewritten) }
}

/** The last of several counts, in whatever letter case. */
function queriedService(query: string): string | undefined {
  const parameters = [...new URLSearchParams(query.replaceAll(';', '&'))]
  return parameters.findLast(([name]) => name.toLowerCase() === 'servicecode')?.[1]
}

function contentTypes({ head }: FetchedDescription): string[] {
  return headerValues(head.headers, 'content-type')
}

function fileType(fetched: FetchedDescription, url: string): 'json' | 'yaml' {
  const types = contentTypes(fetched)
  if (types.some((type) => type.includes('application/json'))) return 'json'
  if (types.includes('application/x-yaml')) return 'yaml'
  return /^[^?#]*\.json(?:[?#]|$)/.test(url) ? 'json' : 'yaml'
}
