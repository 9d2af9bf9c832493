import { expect } from 'vitest'
import { boundaryOf } from '../observe/related-parts.ts'
import { headerValue } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { ClientUnderTest } from '../target/client-under-test.ts'
import { parameterOf } from './parameter-of.ts'
import { placeOf } from './place-of-call.ts'
import { type SentMessage, sentMessages } from './sent-message.ts'

// How an information system puts messages with attachments together.
const needs = ['client'] as const

scenario(
  'client puts the message before its attachments over soap',
  { covers: ['SOAP-ATT-02'], needs },
  async (target) => {
    const messages = multipartMessages(await target.clientUnderTest())
    const isFirst = ({ part, parts: [first] }: SentMessage) => part !== undefined && part === first
    expect(messages.filter((message) => !isFirst(message)).map(({ call }) => placeOf(call))).toEqual([])
  },
)

scenario(
  'client sends the message beside attachments as 8bit over soap',
  { covers: ['SOAP-ATT-03'], needs },
  async (target) => {
    const messages = multipartMessages(await target.clientUnderTest())
    const encodingOf = ({ part }: SentMessage) => part && headerValue(part, 'content-transfer-encoding')
    const others = messages.filter((message) => encodingOf(message)?.toLowerCase() !== '8bit')
    expect(others.map(({ call }) => placeOf(call))).toEqual([])
  },
)

scenario(
  'client says of what type a message with attachments is over soap',
  { covers: ['SOAP-ATT-04'], needs },
  async (target) => {
    const messages = multipartMessages(await target.clientUnderTest())
    const typeOf = ({ call: { request } }: SentMessage) => parameterOf(request, 'type')?.toLowerCase()
    expect(messages.filter((message) => typeOf(message) !== 'text/xml').map(({ call }) => placeOf(call))).toEqual([])
  },
)

scenario(
  'client starts with the part that it calls the message over soap',
  { covers: ['SOAP-ATT-04'], needs },
  async (target) => {
    const client = await target.clientUnderTest()
    const startOf = ({ call: { request } }: SentMessage) => parameterOf(request, 'start')
    const starting = multipartMessages(client).filter((message) => startOf(message) !== undefined)
    const firstIdOf = ({ parts: [first] }: SentMessage) => first && headerValue(first, 'content-id')
    const others = client
      .some(starting, 'call with attachments and a start')
      .filter((message) => firstIdOf(message) !== startOf(message))
    expect(others.map(({ call }) => placeOf(call))).toEqual([])
  },
)

function multipartMessages(client: ClientUnderTest): readonly SentMessage[] {
  const multipart = sentMessages(client).filter(({ call: { request } }) => boundaryOf(request) !== undefined)
  return client.some(multipart, 'call with attachments')
}
