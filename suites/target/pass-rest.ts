import { randomUUID } from 'node:crypto'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import type { ProviderScript, ReceivedCall } from '../../fixtures/provider-script.ts'
import type { RestOptions } from '../client/rest-client.ts'
import type { Seen } from '../observe/answer.ts'
import { headerValues } from '../observe/response.ts'
import type { Approach, Target } from './target.ts'

/** A REST call, what its provider answers, and where it goes: by default the plain scripted service, as its ordinary client. */
export interface PassedRequest extends RestOptions {
  readonly service?: ServiceId
  readonly approach?: Approach
  /** What follows the service code. */
  readonly path?: string
  /** Send the request as it is written. */
  readonly raw?: boolean
  readonly answer?: ProviderScript
}

/** Both ends of a REST call. */
export interface Passage {
  readonly seen: Seen
  /** Every call that reached the provider, in order. */
  readonly calls: readonly ReceivedCall[]
  /** The first of them, as its provider reads it; all is empty if there was none. */
  readonly received: { readonly method: string; readonly target: string; readonly headers: readonly RawHeader[] }
}

/** Sends a REST request through the security servers and fetches what arrived at the provider. */
export async function passRest(target: Target, request: PassedRequest = {}): Promise<Passage> {
  const { path = '', raw = false, answer, service = target.scriptedService('rest').id, ...options } = request
  const messageId = options.messageId ?? randomUUID()
  if (answer !== undefined) await target.control.script(messageId, [answer])
  const approach = request.approach ?? { client: target.client('https'), raw }
  const seen = await target.rest(approach).send(`/r1/${formatPath(service)}${path}`, { ...options, messageId })
  const calls = await target.control.received(messageId)
  const [method = '', line = ''] = calls[0]?.line.split(' ') ?? []
  return { seen, calls, received: { method, target: line, headers: calls[0]?.headers ?? [] } }
}

type ReceivedHeaders = { readonly received: Pick<Passage['received'], 'headers'> }

/** The values of a header that the provider received, in order. */
export function receivedValues({ received }: ReceivedHeaders, name: string): string[] {
  return headerValues(received, name)
}

/** The values of a header that the caller was answered, in order. */
export function answeredValues({ seen }: Pick<Passage, 'seen'>, name: string): string[] {
  return seen.kind === 'response' ? headerValues(seen, name) : []
}
