import { describe, expect, test } from 'vitest'
import { FaultError } from '../fault/fault.ts'
import { parseSoapMessage, type SoapMessage } from './soap-message.ts'

const namespaces =
  'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="http://x-road.eu/xsd/xroad.xsd" xmlns:i="http://x-road.eu/xsd/identifiers"'
const client = identifier('client', 'SUBSYSTEM', { subsystemCode: 'Client' })
const service = identifier('service', 'SERVICE', {
  subsystemCode: 'Provider',
  serviceCode: 'getRandom',
  serviceVersion: 'v1',
})
const rest = '<x:id>4894</x:id><x:protocolVersion>4.0</x:protocolVersion>'
const body = '<e:Body><m:getRandom xmlns:m="urn:m"/></e:Body>'

describe('parseSoapMessage', () => {
  test('reads the header and keeps values as they are', () => {
    const server = identifier('securityServer', 'SERVER', { serverCode: 'ss1' })
    const more = `<x:userId> EE1 </x:userId><x:issue/><other>x</other>${server}<r:representedParty xmlns:r="http://x-road.eu/xsd/representation.xsd"><r:partyCode>1</r:partyCode></r:representedParty>`
    expect(parse(envelope(`${client}${service}${rest}${more}`))).toMatchObject({
      kind: 'message',
      client: { kind: 'subsystem', instance: 'FI', memberClass: 'GOV', memberCode: '1', subsystemCode: 'Client' },
      service: { serviceCode: 'getRandom', serviceVersion: 'v1', provider: { subsystemCode: 'Provider' } },
      id: '4894',
      userId: ' EE1 ',
      issue: '',
      securityServer: { serverCode: 'ss1' },
      representedParty: { partyClass: undefined, partyCode: '1' },
      bodyElement: 'getRandom',
    })
  })

  test.for([
    ['an empty id and an odd version', `${client}${service}<x:id/><x:protocolVersion>4.</x:protocolVersion>`, body],
    ['a member that says it is a subsystem', `${identifier('client', 'SUBSYSTEM', {})}${service}${rest}`, body],
    ['a body element that begins with the service code', undefined, '<e:Body><getRandomStuff/></e:Body>'],
    ['the last of two bodies', undefined, `<e:Body><other/></e:Body>${body}`],
    [
      'references, comments and CDATA',
      undefined,
      '<e:Body><getRandom>&amp;<!-- c --><![CDATA[<]]></getRandom></e:Body>',
    ],
  ] as const)('accepts %s', ([, header, content]) => {
    expect(parse(envelope(header, content)).kind).toBe('message')
  })

  test('a header behind the body, and two of them, count as one', () => {
    const text = `<e:Envelope ${namespaces}><e:Header>${client}</e:Header>${body}<e:Header>${service}${rest}</e:Header></e:Envelope>`
    expect(parse(text)).toMatchObject({ id: '4894' })
  })

  test.for([
    ['', 'xmlEmpty', {}],
    ['<e', 'xmlMalformed', { line: 1, column: 3 }],
    ['<a/>', 'envelopeMissing', {}],
    ['<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"/>', 'envelopeMissing', {}],
    [`<e:Envelope ${namespaces}>${body}</e:Envelope>`, 'headerMissing', {}],
    [envelope(`${client}${service}<x:id>1</x:id>`), 'headerFieldMissing', { field: 'protocolVersion' }],
    [envelope(`${service}${rest}`), 'headerFieldMissing', { field: 'client' }],
    [envelope(`${client}${service}<x:protocolVersion>4.0</x:protocolVersion>`), 'headerFieldMissing', { field: 'id' }],
    [envelope(`${client}${rest}`), 'serviceMissing', {}],
    [
      envelope(`${client}${client}${service}${rest}`),
      'headerFieldDuplicate',
      { field: '{http://x-road.eu/xsd/xroad.xsd}client' },
    ],
    [
      envelope(`${client.replace('<i:memberClass>', '<i:xRoadInstance/><i:memberClass>')}${service}${rest}`),
      'headerFieldDuplicate',
      { field: '{http://x-road.eu/xsd/identifiers}xRoadInstance' },
    ],
    [envelope(rest.replace('4.0', '5.0')), 'protocolVersionInvalid', { version: '5.0' }],
    [envelope(client.replace(/ i:objectType="\w+"/, '')), 'objectTypeMissing', {}],
    [envelope(client.replace('SUBSYSTEM', 'PERSON')), 'objectTypeUnknown', { type: 'PERSON' }],
    [envelope(client.replace('SUBSYSTEM', 'SERVICE')), 'objectTypeUnexpected', { type: 'SERVICE' }],
    [envelope(client.replace('>FI<', '> <')), 'identifierPartBlank', { part: 'xRoadInstance' }],
    [
      envelope(service.replace(/<i:serviceCode>.*<.i:serviceCode>/, '')),
      'identifierPartBlank',
      { part: 'serviceCode' },
    ],
    [envelope(undefined, ''), 'bodyMissing', {}],
    [envelope(undefined, '<e:Body/>'), 'bodyInvalid', {}],
    [envelope(undefined, '<e:Body><getRandom/><b/></e:Body>'), 'bodyInvalid', {}],
    [envelope(undefined, '<e:Body><random/></e:Body>'), 'bodyInconsistent', {}],
  ] as const)('%#: refuses %s', ([text, situation, parameters]) => {
    expect(refusal(text)).toMatchObject({ situation, parameters })
  })

  test('reports what it meets first, then what is missing, in its order', () => {
    const mistakes: [string, string][] = [
      ['<x:protocolVersion>5</x:protocolVersion>', 'protocolVersionInvalid'],
      ['<x:id>1</x:id><x:client/>', 'objectTypeMissing'],
      ['', 'headerFieldMissing'],
      [`${client}<x:id>1</x:id><x:protocolVersion>4.0</x:protocolVersion>`, 'serviceMissing'],
    ]
    for (const [header, situation] of mistakes) expect(refusal(envelope(header, ''))).toMatchObject({ situation })
  })

  test('a fault counts as one, whatever the header lacks', () => {
    const fault =
      '<e:Fault><faultcode>e:a</faultcode><faultstring>b</faultstring><detail><faultDetail>d</faultDetail></detail></e:Fault>'
    expect(parse(envelope('', `<e:Body>${fault}</e:Body>`))).toEqual({
      kind: 'fault',
      code: 'e:a',
      string: 'b',
      actor: undefined,
      detail: 'd',
    })
    expect(parse(envelope('', '<e:Body><e:Fault/></e:Body>'))).toMatchObject({ kind: 'fault', code: undefined })
  })

  test.for([
    ['utf16le', '\ufeff'],
    ['utf16le', '<?xml version="1.0"?>'],
    ['utf8', '\ufeff'],
    ['latin1', '<?xml version="1.0" encoding="ISO-8859-1"?>'],
  ] as const)('is read in %s after %j', ([encoding, start]) => {
    const text = start + envelope(`${client.replace('Client', 'Ä')}${service}${rest}`)
    expect(parseSoapMessage(Buffer.from(text, encoding))).toMatchObject({ client: { subsystemCode: 'Ä' } })
  })

  test.for([
    ['\xe4', 'Invalid byte 2 of 3-byte UTF-8 sequence.'],
    ['\xff', 'Invalid byte 1 of 1-byte UTF-8 sequence.'],
    ['\xc3', 'Invalid byte 2 of 2-byte UTF-8 sequence.'],
  ] as const)('the byte %j is no UTF-8', ([byte, text]) => {
    const bytes = Buffer.from(envelope(client.replace('Client', byte)), 'latin1')
    expect(() => parseSoapMessage(bytes)).toThrow(text)
  })
})

function parse(text: string): SoapMessage | { kind: 'fault' } {
  return parseSoapMessage(Buffer.from(text))
}

function refusal(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof FaultError) return error
    throw error
  }
}

function envelope(header = `${client}${service}${rest}`, content: string = body): string {
  return `<e:Envelope ${namespaces}><e:Header>${header}</e:Header>${content}</e:Envelope>`
}

function identifier(name: string, type: string, more: Readonly<Record<string, string>>): string {
  const parts = { xRoadInstance: 'FI', memberClass: 'GOV', memberCode: '1', ...more }
  const children = Object.entries(parts).map(([part, value]) => `<i:${part}>${value}</i:${part}>`)
  return `<x:${name} i:objectType="${type}">${children.join('')}</x:${name}>`
}
