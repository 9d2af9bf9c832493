import { describe, expect, test } from 'vitest'
import { findProfile } from '../../fixtures/profiles.ts'
import { answerFaultRequest } from './answer-fault-request.ts'
import { attribute, fault, renderFault } from './fault.ts'
import { FormatError } from './java-format.ts'
import { negotiateErrorType, renderRestError } from './render-rest.ts'
import { renderSoapFault } from './render-soap.ts'

const newId = () => 'ID'
const [latest, older] = [profile('7.8'), profile('7.7')]
const refused = attribute(fault('clientNotFound', { client: 'SUBSYSTEM:FI/<&">' }), 'clientProxy')

describe('a fault', () => {
  test('has the code and text of its release', () => {
    expect(renderFault(refused, latest, newId)).toEqual({
      code: 'server.clientproxy.unknown_member',
      message: `Client 'SUBSYSTEM:FI/<&">' not found`,
      detail: 'ID',
      actor: '',
      restStatus: 500,
    })
    const prefixed = attribute(fault('providerTimesOut'), 'serverProxy', 'serviceFailed')
    expect(renderFault(prefixed, older, newId).code).toBe('Server.ServerProxy.ServiceFailed.IOError')
    expect(attribute(prefixed, 'clientProxy'), 'who found it first counts').toBe(prefixed)
    expect(renderFault(fault('soapMissing', {}, 'client'), latest, newId).restStatus).toBe(400)
  })

  test('breaks over a percent sign, in one release only', () => {
    const percent = fault('clientNotFound', { client: 'a%b' })
    expect(() => renderFault(percent, latest, newId)).toThrow(FormatError)
    expect(renderFault(percent, older, newId).message).toBe("Client 'a%b' not found")
  })

  test('keeps placeholders that come from outside', () => {
    expect(fault('clientNotFound', { client: '{client}$&' }).message).toBe("Client '{client}$&' not found")
  })
})

describe('over SOAP', () => {
  test('it is one line, byte for byte', () => {
    const { status, headers, body } = renderSoapFault(renderFault(refused, latest, newId))
    expect(status).toBe(200)
    expect(headers).toEqual([
      ['Content-Type', 'text/xml;charset=utf-8'],
      ['SOAPAction', ''],
    ])
    expect(body.toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/">' +
        '<SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>server.clientproxy.unknown_member</faultcode>' +
        '<faultstring>Client &apos;SUBSYSTEM:FI/&lt;&amp;&quot;&gt;&apos; not found</faultstring><faultactor></faultactor>' +
        '<detail><faultDetail xmlns="">ID</faultDetail></detail></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>',
    )
  })

  test('an exception without a text is the word null, and control characters are dropped', () => {
    const rendered = { ...renderFault(refused, latest, newId), message: null }
    expect(renderSoapFault(rendered).body.toString()).toContain('<faultstring>null</faultstring>')
    expect(renderSoapFault({ ...rendered, message: 'a\0b\uffffc\n' }).body.toString()).toContain('>abc\n<')
  })

  test('sent as a request it comes back as its release does it', () => {
    const sent = { kind: 'fault', code: 'My.Code', string: 'text', actor: 'actor', detail: 'detail' } as const
    expect(answerFaultRequest(sent, latest, newId)).toMatchObject({ code: 'client.my.code', actor: '', detail: 'ID' })
    expect(answerFaultRequest(sent, older, newId)).toMatchObject({
      code: 'Client.My.Code',
      actor: 'actor',
      detail: 'detail',
    })
    const empty = { ...sent, code: undefined }
    expect(() => answerFaultRequest(empty, latest, newId)).toThrow('null')
  })
})

describe('over REST', () => {
  const rendered = renderFault(refused, latest, newId)

  test('it is JSON, the code among the headers as well', () => {
    const { headers, body, close } = renderRestError(rendered, 'application/json', latest.quirks)
    expect(headers).toEqual([
      ['X-Road-Error', 'server.clientproxy.unknown_member'],
      ['Content-Type', 'application/json'],
    ])
    expect(body.toString()).toBe(
      `{"type":"server.clientproxy.unknown_member","message":"Client 'SUBSYSTEM:FI/<&\\">' not found","detail":"ID"}`,
    )
    expect(close).toBe(false)
    const textless = renderRestError({ ...rendered, message: null }, 'application/json', latest.quirks)
    expect(textless.body.toString()).toContain('"message":null')
  })

  test('or XML, which ends the connection', () => {
    const { headers, body, close } = renderRestError(rendered, 'text/xml', latest.quirks)
    expect(headers[1]).toEqual(['Content-Type', 'text/xml;charset=utf-8'])
    expect(body.toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8" standalone="no"?><error><type>server.clientproxy.unknown_member</type>' +
        `<message>Client 'SUBSYSTEM:FI/&lt;&amp;"&gt;' not found</message><detail>ID</detail></error>`,
    )
    expect(close).toBe(true)
  })

  test('a control character in XML is a matter of the release', () => {
    const control = { ...rendered, message: 'a\x01b' }
    expect(renderRestError(control, 'text/xml', latest.quirks).body).toHaveLength(0)
    expect(renderRestError(control, 'text/xml', profile('7.5').quirks).body.toString()).toContain('a&#1;b')
  })

  test.for([
    [[], 'application/json'],
    [['*/*'], 'application/json'],
    [['application/*'], 'application/json'],
    [['application/json', 'TEXT/XML;q=0'], 'text/xml'],
    [['text/*, application/xml'], 'text/xml'],
    [['application/json, application/xml; q=0.1'], 'application/xml'],
  ] as const)('who accepts %j gets %s', ([accept, type]) => {
    expect(negotiateErrorType(accept)).toBe(type)
  })
})

function profile(name: string) {
  const found = findProfile(name)
  if (found === undefined) throw new Error(`no profile ${name}`)
  return found
}
