import type { RawHeader } from '../../../fixtures/exchange.ts'
import { providerCookies } from '../../http/cookie-jar.ts'
import type { HttpAnswer } from '../../http/http-call.ts'
import { type ExchangeDraft, recordBody } from '../../log/exchange-log.ts'
import { BodyTooLarge, emptyBody } from '../../message/body.ts'
import { callProvider, type ProviderCaller } from '../call-provider.ts'
import { inflateAnswer } from '../inflate-answer.ts'
import type { ConfiguredClient, ConfiguredService } from '../server-configuration.ts'

/** Milliseconds that a provider has for a description, whatever the time limit of its service. */
const timeLimit = 30_000

/** Bytes of a description beyond which it is not read. */
const sizeLimit = 16 * 1024 * 1024

export interface FetchedDescription {
  readonly head: HttpAnswer['head']
  readonly document: Buffer
}

export interface DescribedService {
  readonly service: ConfiguredService
  readonly provider: ConfiguredClient
  readonly exchange: ExchangeDraft
}

/**
 * Fetches the description of a service from where its owner publishes it, as the service itself is called: same TLS,
 * same rule for the provider's certificate. Cookies of calls stay with the calls. Throws as `callProvider` does.
 */
export async function fetchDescription(
  caller: ProviderCaller,
  { service, provider, exchange }: DescribedService,
): Promise<FetchedDescription> {
  const { url } = service.description
  const headers: RawHeader[] = []
  exchange.providerCalls.push({ url, method: 'GET', headers, body: recordBody(emptyBody) })
  const answer = await callProvider(
    { ...caller, cookies: providerCookies() },
    {
      timeout: timeLimit,
      verifyTls: service.verifyTls,
      provider,
      url,
      method: 'GET',
      headers,
      trailingHeaders: [['Accept-Encoding', 'gzip,deflate']],
      body: emptyBody,
      chunked: false,
    },
  )
  const { head, body } = await inflateAnswer(answer)
  try {
    if (body.length > sizeLimit) throw new BodyTooLarge(`a description of more than ${sizeLimit} bytes`)
    return { head, document: await body.read() }
  } finally {
    await body.discard()
  }
}
