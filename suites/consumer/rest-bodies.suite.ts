import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { scriptedAnswer } from '../client/scripted-answer.ts'
import type { Seen } from '../observe/answer.ts'
import { scenario } from '../scenario.ts'
import { answeredValues, passRest, receivedValues } from '../target/pass-rest.ts'

// Bodies pass byte for byte in both directions, whatever they are.
const needs = ['control'] as const

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const bodies = {
  json: ['application/json', Buffer.from('{ "ä": [1, 2.0, "\\u00e4"] }\n')],
  xml: ['application/xml', Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>\r\n<a b = \'c\'/>')],
  'every byte there is': ['application/octet-stream', everyByte],
  'many packets': ['application/pdf', Buffer.alloc(128 * 1024, everyByte)],
  nothing: ['text/plain', Buffer.alloc(0)],
} as const

/** Pieces of a large body, the same ones again and again. */
const piece = Buffer.alloc(64 * 1024, everyByte)

for (const [what, [type, body]] of Object.entries(bodies)) {
  scenario(`body reaches the provider byte for byte: ${what}`, { covers: ['REST-MSG-02'], needs }, async (target) => {
    const passage = await passRest(target, { method: 'POST', headers: [['Content-Type', type]], body })
    expect(passage.seen).toBeServiceResponse()
    expect(passage.calls.map(({ sha512 }) => sha512)).toEqual([sha512(body)])
  })

  scenario(`body reaches the caller byte for byte: ${what}`, { covers: ['REST-MSG-02'], needs }, async (target) => {
    const answer = scriptedAnswer({ headers: [['Content-Type', type]], body })
    const { seen } = await passRest(target, { answer })
    // The script is large, and no longer needed.
    await target.control.script(seen.call.messageId ?? '', [])
    expect(seen).toBeServiceResponse()
    expect(sha512(bodyOf(seen))).toBe(sha512(body))
  })
}

scenario('large body reaches the provider', { covers: ['REST-MSG-03'], needs }, async (target) => {
  const body = Buffer.alloc(target.largeBody, piece)
  const passage = await passRest(target, { method: 'POST', body })
  expect(passage.seen).toBeServiceResponse()
  expect(passage.calls.map(({ sha512 }) => sha512)).toEqual([sha512(body)])
})

scenario('large body reaches the caller', { covers: ['REST-MSG-03'], needs }, async (target) => {
  const times = target.largeBody / piece.length
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${target.largeBody}\r\n\r\n`
  const actions = [{ send: head }, { sendBase64: piece.toString('base64'), times }]
  const { seen } = await passRest(target, { answer: { actions } })
  expect(seen).toBeServiceResponse()
  expect(sha512(bodyOf(seen))).toBe(sha512(Buffer.alloc(target.largeBody, piece)))
})

scenario('multipart form passes with its boundary', { covers: ['REST-MSG-10'], needs }, async (target) => {
  const body = Buffer.concat([
    Buffer.from('preamble\r\n--b ound\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
    everyByte,
    Buffer.from('\r\n--b ound\r\nContent-Disposition: form-data; name="ä"; filename="f.bin"\r\n\r\n\r\n--b ound--\r\n'),
  ])
  const type = 'multipart/form-data; boundary="b ound"'
  const passage = await passRest(target, { method: 'POST', headers: [['Content-Type', type]], body })
  expect(receivedValues(passage, 'content-type')).toEqual([type])
  expect(passage.calls.map(({ sha512 }) => sha512)).toEqual([sha512(body)])
})

scenario(
  'chunked body reaches the provider whole, framed in one way',
  { covers: ['REST-HDR-34', 'REST-MSG-06'], needs },
  async (target) => {
    const passage = await passRest(target, {
      method: 'POST',
      headers: [['Transfer-Encoding', 'chunked']],
      body: '3;a=b\r\none\r\n5\r\n, two\r\n0\r\n\r\n',
      raw: true,
    })
    expect(passage.calls.map(({ body }) => Buffer.from(body.base64, 'base64').toString())).toEqual(['one, two'])
    const framings = ['content-length', 'transfer-encoding'].flatMap((name) => receivedValues(passage, name))
    expect(framings).toHaveLength(1)
  },
)

scenario(
  'chunked answer reaches the caller whole, framed in one way',
  { covers: ['REST-HDR-34', 'REST-MSG-06'], needs },
  async (target) => {
    const chunks = '3\r\none\r\n5;a=b\r\n, two\r\n0\r\n\r\n'
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n'
    const passage = await passRest(target, { answer: { actions: [{ send: head + chunks }] }, raw: true })
    expect(bodyOf(passage.seen).toString()).toBe('one, two')
    const framings = ['content-length', 'transfer-encoding'].flatMap((name) => answeredValues(passage, name))
    expect(framings).toHaveLength(1)
  },
)

for (const method of ['GET', 'DELETE']) {
  // AMB-12: whether the body reaches the provider is open.
  scenario(`body of a ${method} is no reason to refuse it`, { covers: ['REST-MSG-12'], needs }, async (target) => {
    const { seen, received } = await passRest(target, { method, body: 'unusual', raw: true })
    expect(seen).toBeServiceResponse()
    expect(received.method).toBe(method)
  })
}

scenario('answer 204 has headers and no body', { covers: ['REST-MSG-11'], needs }, async (target) => {
  const answer = scriptedAnswer({ status: 204, headers: [['X-Note', 'kept']] })
  const passage = await passRest(target, { answer, raw: true })
  expect(passage.seen).toBeServiceResponse({ status: 204 })
  expect(answeredValues(passage, 'x-note')).toEqual(['kept'])
  expect(['content-length', 'transfer-encoding'].flatMap((name) => answeredValues(passage, name))).toEqual([])
})

scenario('answer to head has headers and no body', { covers: ['REST-MSG-11'], needs }, async (target) => {
  const client = target.client('https')
  await using connection = target.connect({ certificate: target.certificateOf(client), raw: true })
  const answer = scriptedAnswer({ headers: [['X-Note', 'kept']] })
  const passage = await passRest(target, { method: 'HEAD', answer, approach: { client, connection } })
  expect(answeredValues(passage, 'x-note')).toEqual(['kept'])
  // Bytes of a body would stand in front of the next answer.
  const next = await passRest(target, { approach: { client, connection } })
  expect(bodyOf(next.seen).toString()).toBe('{"ok":true}')
})

function bodyOf(seen: Seen): Buffer {
  return seen.kind === 'response' ? seen.body : Buffer.from('no answer')
}

function sha512(bytes: Buffer): string {
  return createHash('sha512').update(bytes).digest('base64')
}
