import type { RawHeader } from '../../fixtures/exchange.ts'
import { type SampleCall, textCall } from './sample-call.ts'

const service = '/r1/SAMPLE/GOV/1/Provider'
const xml = 'text/xml; charset=UTF-8'
const boundary = 'part-of-the-sample'

/** The calls of an information system that makes no mistake, over REST and over SOAP; `newId` makes message identifiers. */
export function sampleCalls(newId: () => string): readonly SampleCall[] {
  return [
    restCall('GET', `${service}/rest-test/random`, newId(), { user: 'FI-sample', accept: 'application/json' }),
    restCall('GET', `${service}/rest-test/hello?name=Matti%20Meik%C3%A4l%C3%A4inen`, newId()),
    restCall('POST', `${service}/notes/a%2Fb`, newId(), { type: 'text/plain; charset=utf-8', text: 'A note.' }),
    restCall('GET', `${service}/listMethods`, newId(), { accept: 'application/json' }),
    soapCall('getRandom', newId(), '<w:getRandom xmlns:w="http://test.x-road.fi/producer"/>'),
    soapCall(
      'helloService',
      newId(),
      '<w:helloService xmlns:w="http://test.x-road.fi/producer"><w:name>Sample</w:name></w:helloService>',
      represented + token,
    ),
    withAttachment(
      soapCall('storeAttachments', newId(), '<w:storeAttachments xmlns:w="http://test.x-road.fi/producer"/>'),
    ),
    soapCall('listMethods', newId(), '<xro:listMethods/>', '', null),
  ]
}

interface RestFacts {
  readonly user?: string
  readonly accept?: string
  readonly type?: string
  readonly text?: string
}

function restCall(method: string, target: string, id: string, facts: RestFacts = {}): SampleCall {
  const { user, accept = '*/*', type, text } = facts
  const headers: RawHeader[] = [
    ['X-Road-Client', 'SAMPLE/GOV/2/Client'],
    ['X-Road-Id', id],
    ['X-Road-Represented-Party', 'GOV/1'],
    ['Accept', accept],
  ]
  if (user !== undefined) headers.push(['X-Road-UserId', user])
  if (type !== undefined) headers.push(['Content-Type', type])
  return textCall(method, target, headers, text)
}

const represented =
  '<r:representedParty xmlns:r="http://x-road.eu/xsd/representation.xsd"><r:partyClass>GOV</r:partyClass>' +
  '<r:partyCode>1</r:partyCode></r:representedParty>'
const token =
  '<t:securityToken xmlns:t="http://x-road.eu/xsd/security-token.xsd" ' +
  'tokenType="urn:ietf:params:oauth:token-type:jwt">e30.e30.e30</t:securityToken>'

function soapCall(code: string, id: string, body: string, extensions = '', version: 'v1' | null = 'v1'): SampleCall {
  const provider = identifier('GOV', '1', 'Provider')
  const serviceVersion = version === null ? '' : `<iden:serviceVersion>${version}</iden:serviceVersion>`
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" ' +
      'xmlns:xro="http://x-road.eu/xsd/xroad.xsd" xmlns:iden="http://x-road.eu/xsd/identifiers">',
    '<soap:Header>',
    `<xro:client iden:objectType="SUBSYSTEM">${identifier('GOV', '2', 'Client')}</xro:client>`,
    `<xro:service iden:objectType="SERVICE">${provider}<iden:serviceCode>${code}</iden:serviceCode>${serviceVersion}</xro:service>`,
    '<xro:userId>FI-sample</xro:userId>',
    `<xro:id>${id}</xro:id>`,
    '<xro:protocolVersion>4.0</xro:protocolVersion>',
    extensions,
    '</soap:Header>',
    `<soap:Body>${body}</soap:Body>`,
    '</soap:Envelope>',
  ].join('\n')
  return textCall(
    'POST',
    '/',
    [
      ['Content-Type', xml],
      ['SOAPAction', '""'],
    ],
    text,
  )
}

function identifier(memberClass: string, memberCode: string, subsystemCode: string): string {
  return (
    `<iden:xRoadInstance>SAMPLE</iden:xRoadInstance><iden:memberClass>${memberClass}</iden:memberClass>` +
    `<iden:memberCode>${memberCode}</iden:memberCode><iden:subsystemCode>${subsystemCode}</iden:subsystemCode>`
  )
}

function withAttachment({ body, ...call }: SampleCall): SampleCall {
  const part = (headers: readonly string[], content: string) => [`--${boundary}`, ...headers, '', content]
  const lines = [
    ...part([`Content-Type: ${xml}`, 'Content-Transfer-Encoding: 8bit', 'Content-ID: <message>'], body.toString()),
    ...part(['Content-Type: text/plain; charset=UTF-8', 'Content-ID: <attachment>'], 'An attachment.'),
    `--${boundary}--`,
    '',
  ]
  const type = `multipart/related; type="text/xml"; start="<message>"; boundary="${boundary}"`
  return {
    ...call,
    headers: [
      ['Content-Type', type],
      ['SOAPAction', '""'],
    ],
    body: Buffer.from(lines.join('\r\n')),
  }
}
