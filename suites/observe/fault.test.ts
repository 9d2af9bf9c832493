import { expect, test } from 'vitest'
import type { Response } from './answer.ts'
import { parseFault, resolveFaultCode } from './fault.ts'

const soapFault = (code: string, extra = '') =>
  `<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>${code}</faultcode><faultstring>Client &apos;SUBSYSTEM:A/B/00123/P&#228;iv&#xE4;&apos; not found</faultstring><faultactor></faultactor><detail><faultDetail xmlns="">7f3c</faultDetail></detail></SOAP-ENV:Fault>${extra}</SOAP-ENV:Body></SOAP-ENV:Envelope>`

test('reads a SOAP fault as the reference writes it', () => {
  expect(parseFault(response(200, 'text/xml;charset=utf-8', soapFault('server.clientproxy.unknown_member')))).toEqual({
    rendering: 'soap',
    status: 200,
    code: 'server.clientproxy.unknown_member',
    message: "Client 'SUBSYSTEM:A/B/00123/Päivä' not found",
    detail: '7f3c',
    actor: '',
    errorHeader: undefined,
    meaning: { origin: 'clientProxy', path: ['unknownMember'], spelling: 'snake' },
  })
})

test.each([
  [
    'another namespace',
    soapFault('a').replaceAll('schemas.xmlsoap.org/soap/envelope', 'www.w3.org/2003/05/soap-envelope'),
  ],
  ['something beside the Fault', soapFault('a', '<x/>')],
  ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY e "boom">]>${soapFault('&e;')}`],
  ['unclosed elements', soapFault('a').replace('</detail>', '')],
  ['a page', '<html><body>Error 400</body></html>'],
])('does not take %s for a fault', (_what, body) => {
  expect(parseFault(response(200, 'text/xml', body))).toBeUndefined()
})

test('reads REST errors in JSON and XML, and leaves those of a provider alone', () => {
  const json = JSON.stringify({ type: 'Server.ServerProxy.AccessDenied', message: 'no', detail: '1' })
  const xml = '<?xml version="1.0"?><error><type>client.bad</type><message>no</message><detail>1</detail></error>'
  const headers = [['x-road-error', 'Server.ServerProxy.AccessDenied']] as const
  expect(parseFault({ ...response(500, 'application/json', json, headers) })).toMatchObject({
    rendering: 'rest-json',
    errorHeader: 'Server.ServerProxy.AccessDenied',
    meaning: { origin: 'serverProxy', path: ['accessDenied'], spelling: 'dotted' },
  })
  expect(parseFault(response(400, 'text/xml;charset=utf-8', xml))).toMatchObject({
    rendering: 'rest-xml',
    code: 'client.bad',
  })
  const own = JSON.stringify({ errorMessage: 'No endpoint', httpStatus: 404 })
  expect(parseFault(response(404, 'application/json', own))).toBeUndefined()
})

test.each([
  ['server.clientproxy.ssl_authentication_failed', 'clientProxy', ['sslAuthenticationFailed'], 'snake'],
  ['Server.ClientProxy.SslAuthenticationFailed', 'clientProxy', ['sslAuthenticationFailed'], 'dotted'],
  ['Server.ClientProxy.OutdatedGlobalConf', 'clientProxy', ['outdatedGlobalConf'], 'dotted'],
  ['server.serverproxy.service_failed.io_error', 'serverProxy', ['serviceFailed', 'ioError'], 'snake'],
  ['Client.MissingHeader', 'client', ['missingHeader'], 'dotted'],
])('resolves %s', (code, origin, path, spelling) => {
  expect(resolveFaultCode(code)).toEqual({ origin, path, spelling })
})

test.each(['Server.ClientProxy.ssl_authentication_failed', 'server.clientproxy.no_such_code', 'MyCode', ''])(
  'leaves the unknown code "%s" unresolved but visible',
  (code) => {
    expect(resolveFaultCode(code)).toBeUndefined()
    expect(parseFault(response(200, 'text/xml', soapFault(code)))?.code).toBe(code)
  },
)

function response(status: number, type: string, body: string, headers: Response['headers'] = []): Response {
  return { kind: 'response', status, headers: [['Content-Type', type], ...headers], body: Buffer.from(body), tls: null }
}
