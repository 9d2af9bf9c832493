import type { RawHeader } from '../../fixtures/exchange.ts'
import { formatPath } from '../../fixtures/identifiers.ts'
import type { Quirks } from '../../fixtures/version-profile.ts'
import type { Body, WholeBody } from '../message/body.ts'
import { isHeader } from '../message/raw-headers.ts'
import type { MessageContext, RestHopAnswer, RestHopMessage } from './message-context.ts'

export interface UnsignedRestAnswer {
  readonly status: number
  readonly reason?: string
  readonly headers: readonly RawHeader[]
  readonly body: Body
}

/**
 * Adds who called what, and the hash of the request, to a REST answer; `added` are headers that stand behind those, and
 * `hashed` is what counts as the body of the request.
 */
export function signRestAnswer(
  context: MessageContext,
  message: RestHopMessage,
  answer: UnsignedRestAnswer,
  added: readonly RawHeader[] = [],
  hashed: WholeBody = message.body,
): RestHopAnswer {
  const headers = answer.headers.filter(([name]) => context.decisions.passesAnswer(name))
  const requestHash = context.decisions.restRequestHash(hashedMessage(message), hashed)
  headers.push(
    ['x-road-id', message.id],
    ['x-road-client', formatPath(message.client)],
    ['x-road-service', formatPath(message.service)],
    ['x-road-request-id', message.requestId],
  )
  if (requestHash !== undefined) headers.push(['x-road-request-hash', requestHash])
  headers.push(...added)
  return {
    kind: 'answer',
    status: answer.status,
    reason: answer.reason ?? '',
    headers: mergeContentTypes(headers, context.profile.quirks),
    body: answer.body,
    requestHash,
  }
}

/** Where only one Content-Type passes, the last takes the place of the first. */
function mergeContentTypes(headers: readonly RawHeader[], { repeatedContentType }: Quirks): readonly RawHeader[] {
  const types = headers.filter((header) => isHeader(header, 'content-type'))
  const last = types.at(-1)
  if (repeatedContentType === 'all' || types.length < 2 || last === undefined) return headers
  const charset = repeatedContentType === 'last-with-charset' ? ';charset=utf-8' : ''
  const merged: RawHeader = [last[0], last[1] + charset]
  return headers
    .filter((one) => one === types[0] || !types.includes(one))
    .map((one) => (one === types[0] ? merged : one))
}

/** What the request hash covers besides the body: the request line without version, and every header that went on. */
export function hashedMessage(message: Pick<RestHopMessage, 'verb' | 'rawTarget' | 'headers'>): Buffer {
  let text = `${message.verb}\r\n${message.rawTarget}\r\n`
  for (const [name, value] of message.headers) text += `${name}:${value}\r\n`
  return Buffer.from(text)
}
