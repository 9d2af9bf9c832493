import { expect, test } from 'vitest'
import type { Exchange, RawHeader } from '../../fixtures/exchange.ts'
import { clientUnderTest } from '../target/client-under-test.ts'
import { NotApplicable } from '../target/not-applicable.ts'
import { misdeclaredFields } from './header-content.ts'
import { contentsOf, sentEnvelopes, sentMessages } from './sent-message.ts'

const xml: RawHeader = ['Content-Type', 'text/xml; charset=UTF-8']

test('reads the message before an attachment of which only the beginning was kept', () => {
  const type: RawHeader = ['Content-Type', 'multipart/related; type="text/xml"; boundary="b"']
  const text = `--b\r\nContent-Type: text/xml\r\n\r\n${envelope('', '<a/>')}\r\n--b\r\n\r\nbegin`
  const [message] = sentEnvelopes(clientThatSent(type, Buffer.from(text), text.length + 9))
  expect(message && contentsOf(message)).toMatchObject([{ name: 'a' }])
})

test('reads a message in the charset that it states', () => {
  const text = Buffer.from(envelope('', '<a>\u00e4</a>'), 'latin1')
  const [message] = sentEnvelopes(clientThatSent(['Content-Type', 'text/xml; charset=ISO-8859-1'], text))
  expect(message && contentsOf(message)).toMatchObject([{ text: '\u00e4' }])
})

test('judges no message of which too little was kept', () => {
  const cut = Buffer.from(envelope('', '<a/>').slice(0, -20))
  expect(sentMessages(clientThatSent(xml, cut))).toMatchObject([{ envelope: undefined }])
  expect(() => sentMessages(clientThatSent(xml, cut, cut.length + 20))).toThrow(NotApplicable)
})

test('reads a deep message, and takes one that is deeper than any for none', () => {
  const nested = (depth: number) => Buffer.from(envelope('', `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`))
  expect(sentMessages(clientThatSent(xml, nested(200)))).toMatchObject([{ envelope: { name: 'Envelope' } }])
  expect(sentMessages(clientThatSent(xml, nested(7000)))).toMatchObject([{ envelope: undefined }])
})

test('tells fields that are missing or otherwise than declared, and leaves extensions alone', () => {
  const header =
    '<client xmlns="urn:own"/><own xmlns="urn:own"/><x:other/><x:id><x:part/></x:id>' +
    `<x:service i:objectType="SERVICE">${['xRoadInstance', 'memberClass', 'memberCode', 'serviceCode']
      .map((name) => `<i:${name}>A</i:${name}>`)
      .join('')}</x:service>`
  const [message] = sentEnvelopes(clientThatSent(xml, Buffer.from(envelope(header, '<a/>'))))
  expect(message && misdeclaredFields(message)).toEqual(['client', 'protocolVersion', 'id'])
})

function envelope(header: string, body: string): string {
  return (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="http://x-road.eu/xsd/xroad.xsd" ' +
    `xmlns:i="http://x-road.eu/xsd/identifiers"><e:Header>${header}</e:Header><e:Body>${body}</e:Body></e:Envelope>`
  )
}

function clientThatSent(type: RawHeader, body: Buffer, length = body.length) {
  const call: Exchange = {
    number: 1,
    connection: 1,
    server: 'ss1',
    listener: 'https',
    protocol: 'soap',
    request: { method: 'POST', target: '/', headers: [type], body: { length, base64: body.toString('base64') } },
    providerCalls: [],
  }
  return clientUnderTest({ clients: {}, trusted: [], forgotten: 0, ordinary: { exchanges: [call], connections: [] } })
}
