import { isSkippedHeader } from '../message/rest-request.ts'

/** What the server says itself in an answer, whatever the provider says. */
const replacedHeaders = new Set(['x-road-id', 'x-road-request-hash', 'x-road-client', 'x-road-request-id'])

/** Whether a header of a provider's answer reaches the consumer. */
export function passesAnswer(name: string): boolean {
  return !isSkippedHeader(name) && !replacedHeaders.has(name.toLowerCase())
}
