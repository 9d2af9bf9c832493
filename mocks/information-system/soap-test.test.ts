import { XMLParser } from 'fast-xml-parser'
import { getResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import { testServiceWsdl } from './documents/test-service-wsdl.ts'
import { parseRelatedParts } from './related-parts.ts'
import { soapTestHandlers } from './test-service-handlers.ts'

const misbehaviours = new Set<Misbehaviour>()
const address = 'http://provider.example/test-service/Endpoint'
const handlers = soapTestHandlers(address, {
  misbehaves: (name) => misbehaviours.has(name),
  randomInteger: () => 30,
  wsdl: testServiceWsdl,
})
beforeEach(() => misbehaviours.clear())

const finnish = 'http://test.x-road.fi/producer'
const earlyFinnish = 'http://vrk-test.x-road.fi/producer'
const global = 'http://test.x-road.global/producer'

function header(serviceCode: string): string {
  return `<s:Header>
    <xrd:issue>A &amp; B <!-- kept --></xrd:issue>
    <xrd:client id:objectType="SUBSYSTEM"><id:memberCode> 00123 </id:memberCode></xrd:client>
    <own:extension xmlns:own="urn:own" own:a='1'><![CDATA[<x>]]>ä</own:extension>
    <xrd:service id:objectType="SERVICE"><id:serviceCode>${serviceCode}</id:serviceCode></xrd:service>
  </s:Header>`
}

function envelope(serviceCode: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xrd="http://x-road.eu/xsd/xroad.xsd"
  xmlns:id="http://x-road.eu/xsd/identifiers">${header(serviceCode)}<s:Body>${body}</s:Body></s:Envelope>`
}

async function post(body: string | Buffer<ArrayBuffer>, contentType = 'text/xml') {
  const request = new Request(address, { method: 'POST', body, headers: { 'Content-Type': contentType } })
  const response = (await getResponse(handlers, request)) ?? expect.unreachable()
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}

/** The content of the answer's body, once it is sure that all before is the header of the request. */
async function bodyOf(serviceCode: string, request: string): Promise<string> {
  const { status, type, bytes } = await post(envelope(serviceCode, request))
  expect([status, type]).toEqual([200, 'text/xml; charset=UTF-8'])
  const text = bytes.toString()
  expect(text).toContain(header(serviceCode))
  expect(new XMLParser().parse(text, true)).toBeDefined()
  return text.slice(text.indexOf('<s:Body>') + 8, text.indexOf('</s:Body></s:Envelope>'))
}

async function faultOf(body: string | Buffer<ArrayBuffer>, contentType?: string): Promise<string | undefined> {
  const { status, type, bytes } = await post(body, contentType)
  expect([status, type]).toEqual([200, 'text/xml; charset=UTF-8'])
  return /<faultcode>SOAP-ENV:Client<\/faultcode><faultstring>(.*)<\/faultstring>/.exec(bytes.toString())?.[1]
}

function answer(operation: string, namespace: string, content: string): string {
  return `<ts1:${operation}Response xmlns:ts1="${namespace}">${content}</ts1:${operation}Response>`
}

const wrappedRandom = '<ts1:request/><ts1:response><ts1:data>30</ts1:data></ts1:response>'
const dialects: [title: string, request: string, expected: string][] = [
  ['1', `<p:getRandom xmlns:p="${finnish}"><p:request/></p:getRandom>`, answer('getRandom', finnish, wrappedRandom)],
  ['2', `<getRandom xmlns="${earlyFinnish}"><request/></getRandom>`, answer('getRandom', earlyFinnish, wrappedRandom)],
  ['3', `<p:getRandom xmlns:p="${global}"/>`, answer('getRandom', global, '<ts1:data>30</ts1:data>')],
  ['1 without request', `<p:getRandom xmlns:p="${finnish}"/>`, answer('getRandom', finnish, wrappedRandom)],
  [
    'unknown, wrapped',
    '<x:getRandom xmlns:x="urn:x"><x:request> </x:request></x:getRandom>',
    answer('getRandom', finnish, wrappedRandom),
  ],
  ['unknown, unwrapped', '<getRandom/>', answer('getRandom', global, '<ts1:data>30</ts1:data>')],
]

test.for(dialects)('getRandom answers in dialect %s', async ([, request, expected]) => {
  expect(await bodyOf('getRandom', request)).toBe(expected)
})

const hello = 'Hello Äiti &amp; co! Greetings from adapter server!'
const greetings: [title: string, request: string, expected: string][] = [
  [
    '1',
    `<p:helloService xmlns:p="${finnish}">\n <p:request>\n  <p:name>Äiti &amp; co</p:name>\n </p:request>\n</p:helloService>`,
    answer(
      'helloService',
      finnish,
      `<ts1:request><ts1:name>Äiti &amp; co</ts1:name></ts1:request><ts1:response><ts1:message>${hello}</ts1:message></ts1:response>`,
    ),
  ],
  [
    '2',
    `<p:helloService xmlns:p="${earlyFinnish}"><p:request><p:name><![CDATA[Äiti & co]]></p:name></p:request></p:helloService>`,
    answer(
      'helloService',
      earlyFinnish,
      `<ts1:request><ts1:name>Äiti &amp; co</ts1:name></ts1:request><ts1:response><ts1:message>${hello}</ts1:message></ts1:response>`,
    ),
  ],
  [
    '3',
    `<p:helloService xmlns:p="${global}"><p:name>Äiti &#38; co</p:name></p:helloService>`,
    answer('helloService', global, `<ts1:message>${hello}</ts1:message>`),
  ],
]

test.for(greetings)('helloService answers in dialect %s', async ([, request, expected]) => {
  expect(await bodyOf('helloService', request)).toBe(expected)
})

test('a missing parameter is refused in the body, with the header, not as a fault', async () => {
  const refusal = (name: string) =>
    `<faultCode>422</faultCode><faultString>422 Unprocessable Entity. Missing &quot;${name}&quot; element.</faultString>`
  expect(await bodyOf('helloService', `<p:helloService xmlns:p="${global}"/>`)).toBe(
    answer('helloService', global, refusal('name')),
  )
  expect(await bodyOf('personDetails', `<p:personDetails xmlns:p="${global}"/>`)).toBe(
    answer('personDetails', global, refusal('ssn')),
  )
  expect(await bodyOf('helloService', `<p:helloService xmlns:p="${finnish}"><p:request/></p:helloService>`)).toBe(
    answer('helloService', finnish, `<ts1:request/><ts1:response>${refusal('name')}</ts1:response>`),
  )
  const unknown = '<x:helloService xmlns:x="urn:x"><x:name>Ada</x:name></x:helloService>'
  expect(await bodyOf('helloService', unknown)).toBe(answer('helloService', global, refusal('name')))
})

test('a default namespace of the envelope does not leak into the answer', async () => {
  const request = envelope('helloService', `<p:helloService xmlns:p="${global}"/>`)
    .replaceAll(/(<\/?)s:/g, '$1')
    .replace('xmlns:s', 'xmlns')
  const text = (await post(request)).bytes.toString()
  expect(text).toContain('<faultCode xmlns="">422</faultCode>')
  expect(text).toMatch(/<\/Header><Body><ts1:helloServiceResponse .*<\/Body><\/Envelope>$/)
})

test('testService gives bodies and attachments of any size', async () => {
  const request = (body: number, attachment: number) =>
    `<p:testService xmlns:p="${global}"><p:responseBodySize>${body}</p:responseBodySize><p:responseAttachmentSize>${attachment}</p:responseAttachmentSize></p:testService>`
  expect(await bodyOf('testService', request(25, 0))).toMatch(
    /^<ts1:testServiceResponse xmlns:ts1="http:\/\/test\.x-road\.global\/producer"><ts1:data>[a-z]{25}<\/ts1:data><ts1:processingTime>\d+<\/ts1:processingTime><\/ts1:testServiceResponse>$/,
  )
  const { type, bytes } = await post(envelope('testService', request(0, 100_000)))
  expect(type).toMatch(/^multipart\/related; type="text\/xml"; boundary="[^"]+"; charset=UTF-8$/)
  const [soap, attachment, ...rest] = parseRelatedParts(bytes, type)
  expect(rest).toEqual([])
  expect(soap?.contentType).toBe('text/xml; charset=UTF-8')
  expect(soap?.body.toString()).toContain(header('testService'))
  expect(attachment).toMatchObject({ contentType: 'application/xml', contentId: 'attachment_id' })
  expect(attachment?.body.toString()).toMatch(/^<attachment>[a-z]{100000}<\/attachment>$/)
  const wrapped = `<p:testService xmlns:p="${finnish}"><p:request><p:responseBodySize>3</p:responseBodySize></p:request></p:testService>`
  expect(await bodyOf('testService', wrapped)).toMatch(/<ts1:response><ts1:data>[a-z]{3}<\/ts1:data>/)
})

test('the other services of the example adapter answer', async () => {
  expect(await bodyOf('listPeople', `<p:listPeople xmlns:p="${global}"/>`)).toMatch(
    /<ts1:people><ts1:person><ts1:ssn>1001<\/ts1:ssn><ts1:firstName>Aino<\/ts1:firstName>/,
  )
  const details = (ssn: string) =>
    bodyOf('personDetails', `<p:personDetails xmlns:p="${global}"><p:ssn>${ssn}</p:ssn></p:personDetails>`)
  expect(await details('1002')).toMatch(/<ts1:person><ts1:ssn>1002.*<ts1:contacts><ts1:contact><ts1:type>phone</)
  expect(await details('0000')).toBe(answer('personDetails', global, ''))
})

test('attachments are counted and made', async () => {
  const soap = envelope('storeAttachments', `<p:storeAttachments xmlns:p="${global}"/>`)
  const request = `preamble\r\n--b\r\nContent-Type: text/xml\r\n\r\n${soap}\r\n--b\r\nContent-Type: text/plain\r\nContent-ID:\r\n <one>\r\n\r\nfour\r\n--b\r\ncontent-id: two\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n`
  const stored = (await post(Buffer.from(request), 'Multipart/Related; boundary=b; type="text/xml"')).bytes.toString()
  expect(stored).toContain(
    answer(
      'storeAttachments',
      global,
      '<ts1:attachment><ts1:name>one</ts1:name><ts1:size>4</ts1:size></ts1:attachment><ts1:attachment><ts1:name>two</ts1:name><ts1:size>3</ts1:size></ts1:attachment>',
    ),
  )
  const made = await post(
    envelope(
      'getAttachments',
      `<p:getAttachments xmlns:p="${global}"><p:size>5</p:size><p:size>7</p:size></p:getAttachments>`,
    ),
  )
  const parts = parseRelatedParts(made.bytes, made.type)
  expect(parts.slice(1).map(({ contentId, body }) => [contentId, body.length])).toEqual([
    ['attachment_0', 5],
    ['attachment_1', 7],
  ])
})

const unparsable = 'Invalid X-Road SOAP message. Unable to parse the request.'
const random = `<p:getRandom xmlns:p="${finnish}"><p:request/></p:getRandom>`
const good = envelope('getRandom', random)
const faults: [title: string, body: string | Buffer<ArrayBuffer>, contentType: string, text: string][] = [
  ['an unknown service', envelope('nothing', random), 'text/xml', 'Unknown service code.'],
  ['an inherited name as service', envelope('constructor', random), 'text/xml', 'Unknown service code.'],
  ['JSON', '{}', 'application/json', 'Invalid content type : &quot;application/json&quot;.'],
  ['no XML', 'hello', 'text/xml', unparsable],
  ['broken XML', good.replace('</s:Body>', ''), 'text/xml', unparsable],
  ['a DOCTYPE', good.replace('?>', '?><!DOCTYPE x [<!ENTITY e "e">]>'), 'text/xml', unparsable],
  ['an unknown entity', good.replace('A &amp; B', '&e;'), 'text/xml', unparsable],
  ['no header', good.replace(header('getRandom'), ''), 'text/xml', unparsable],
  ['no service code', envelope('', random), 'text/xml', unparsable],
  ['an empty body', envelope('getRandom', ''), 'text/xml', unparsable],
  ['two body elements', envelope('getRandom', random + random), 'text/xml', unparsable],
  [
    'SOAP 1.2',
    good.replace('http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'),
    'text/xml',
    unparsable,
  ],
  ['Latin-1', Buffer.from(good, 'latin1'), 'text/xml', unparsable],
  ['another declared encoding', good.replace('UTF-8', 'ISO-8859-1'), 'text/xml', unparsable],
  [
    'a thousand and one elements',
    envelope('getRandom', `<a xmlns="${global}">${'<b/>'.repeat(1001)}</a>`),
    'text/xml',
    unparsable,
  ],
  ['a multipart without boundary', good, 'multipart/related', unparsable],
  ['a multipart without end', `--b\r\n\r\n${good}`, 'multipart/related; boundary=b', unparsable],
  [
    'a size that is none',
    envelope(
      'testService',
      `<p:testService xmlns:p="${global}"><p:responseBodySize>many</p:responseBodySize></p:testService>`,
    ),
    'text/xml',
    '500 Internal Server Error',
  ],
  [
    'a size beyond all bounds',
    envelope('getAttachments', `<p:getAttachments xmlns:p="${global}"><p:size>99999999</p:size></p:getAttachments>`),
    'text/xml',
    '500 Internal Server Error',
  ],
]

test.for(faults)('%s is a fault', async ([, body, contentType, text]) => {
  expect(await faultOf(body, contentType)).toBe(text)
})

test('a byte order mark does no harm', async () => {
  expect(await faultOf(`\ufeff${good}`)).toBeUndefined()
})

test('GET gives the WSDL, or a fault', async () => {
  const get = async (url: string, from = handlers) => (await getResponse(from, new Request(url)))?.text()
  expect(await get(address)).toContain('<faultstring>HTTP GET method not implemented</faultstring>')
  const wsdl = (await get(`${address}?wsdl`)) ?? expect.unreachable()
  expect(await get(`${address}?wsdl`, soapTestHandlers(address))).toContain('<faultstring>WSDL not found</faultstring>')

  const parser = new XMLParser({ ignoreAttributes: false, removeNSPrefix: true, parseTagValue: false })
  const { definitions } = parser.parse(wsdl, true)
  expect(definitions.service['@_name']).toBe('testService')
  expect(definitions.service.port.address['@_location']).toBe(address)
  const { operation } = definitions.binding
  expect(operation.map((one: { '@_name': string; version: string }) => [one['@_name'], one.version])).toEqual([
    ['getRandom', 'v1'],
    ['helloService', 'v1'],
  ])
  expect(operation[0].input.header).toHaveLength(6)
})

const greeting = (name: string) => `<p:helloService xmlns:p="${global}"><p:name>${name}</p:name></p:helloService>`
const deviations: [name: Misbehaviour, service: string, request: string, expected: RegExp][] = [
  ['random-above-hundred', 'getRandom', random, /<ts1:data>131</],
  ['random-constant', 'getRandom', random, /<ts1:data>42</],
  [
    'random-in-other-namespace',
    'getRandom',
    random,
    /<ts1:getRandomResponse xmlns:ts1="http:\/\/test\.x-road\.fi\/producer\/other"><ts1:request\/><ts1:response><ts1:data>30</,
  ],
  ['greet-nobody', 'helloService', greeting('Ada'), /<ts1:message>Hello! Greetings from adapter server!</],
  ['greet-in-latin1', 'helloService', greeting('Äiti'), /<ts1:message>Hello Ã\u0084iti! /],
]

test.for(deviations)('deviation %s', async ([name, service, request, expected]) => {
  expect(await bodyOf(service, request)).not.toMatch(expected)
  misbehaviours.add(name)
  expect(await bodyOf(service, request)).toMatch(expected)
})
