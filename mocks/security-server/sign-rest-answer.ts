import type { RawHeader } from '../../fixtures/exchange.ts'
import { formatPath } from '../../fixtures/identifiers.ts'
import type { Quirks } from '../../fixtures/version-profile.ts'
import type { Body } from '../message/body.ts'
import type { MessageContext, RestHopAnswer, RestHopMessage } from './message-context.ts'

export interface UnsignedRestAnswer {
  readonly status: number
  readonly headers: readonly RawHeader[]
  readonly body: Body
}

/** Adds who called what, and the hash of the request, to a REST answer; `added` are headers that stand behind those. */
export function signRestAnswer(
  context: MessageContext,
  message: RestHopMessage,
  answer: UnsignedRestAnswer,
  added: readonly RawHeader[] = [],
): RestHopAnswer {
  const headers = answer.headers.filter(([name]) => context.decisions.passesAnswer(name))
  const hash = context.decisions.restRequestHash(hashedMessage(message), message.body)
  headers.push(
    ['x-road-id', message.id],
    ['x-road-client', formatPath(message.client)],
    ['x-road-service', formatPath(message.service)],
    ['x-road-request-id', message.requestId],
  )
  if (hash !== undefined) headers.push(['x-road-request-hash', hash])
  headers.push(...added)
  return {
    kind: 'answer',
    status: answer.status,
    headers: mergeContentTypes(headers, context.profile.quirks),
    body: answer.body,
  }
}

/** Where only one Content-Type passes, the last takes the place of the first. */
function mergeContentTypes(headers: readonly RawHeader[], { repeatedContentType }: Quirks): readonly RawHeader[] {
  const types = headers.filter(([name]) => name.toLowerCase() === 'content-type')
  const last = types.at(-1)
  if (repeatedContentType === 'all' || types.length < 2 || last === undefined) return headers
  const charset = repeatedContentType === 'last-with-charset' ? ';charset=utf-8' : ''
  const merged: RawHeader = [last[0], last[1] + charset]
  return headers
    .filter((one) => one === types[0] || !types.includes(one))
    .map((one) => (one === types[0] ? merged : one))
}

/** What the request hash covers besides the body: the request line without version, and every header that went on. */
function hashedMessage(message: RestHopMessage): Buffer {
  let text = `${message.verb}\r\n${message.rawTarget}\r\n`
  for (const [name, value] of message.headers) text += `${name}:${value}\r\n`
  return Buffer.from(text)
}
