import { expect, test } from 'vitest'
import type { ClientId } from '../fixtures/identifiers.ts'
import { findProfile } from '../fixtures/profiles.ts'
import './matchers.ts'
import type { Answer, Seen } from './observe/answer.ts'

const client: ClientId = {
  kind: 'subsystem',
  instance: 'FI-DEV',
  memberClass: 'GOV',
  memberCode: '0245437-2',
  subsystemCode: 'TestClient',
}
const text = 'Client (SUBSYSTEM:FI-DEV/GOV/0245437-2/TestClient) specifies HTTPS but did not supply TLS certificate'
const guideText =
  'Client (SUBSYSTEM:FI-DEV/GOV/0245437-2/TestClient) specifies SSLAUTH but did not supply SSL certificate'
const code = 'server.clientproxy.ssl_authentication_failed'

test('accepts either spelling and either wording, and either alone where the profile counts (AMB-01, AMB-17)', () => {
  const old = rest(500, 'Server.ClientProxy.SslAuthenticationFailed', guideText)
  expect(old()).toBeFault('certificateMissing', { client })
  expect(old('fi-guide')).toBeFault('certificateMissing', { client })
  expect(old('7.7')).not.toBeFault('certificateMissing', { client })
  expect(rest(500, code, text)('7.8')).toBeFault('certificateMissing', { client })
  expect(rest(500, code, text)('7.7')).not.toBeFault('certificateMissing', { client })
})

test.each([
  ['another code', rest(500, 'server.clientproxy.unknown_member', text)],
  ['another origin', rest(500, 'server.serverproxy.ssl_authentication_failed', text)],
  ['another text', rest(500, code, `${text}.`)],
  ["another client's identifier", rest(500, code, text.replace('TestClient', 'CityApp'))],
  ['another status', rest(400, code, text)],
  ['an answer of the service', () => answered(200, '{"data":1}')],
])('%s is not the expected fault', (_what, seen) => {
  expect(seen()).not.toBeFault('certificateMissing', { client })
})

test('placeholders that nothing fills match anything', () => {
  const refused = rest(
    500,
    'server.serverproxy.network_error',
    'Connect to http://a:1 [a/10.0.0.1] failed: Connection refused',
  )
  expect(refused()).toBeFault('providerRefusesConnection', { origin: 'serverProxy' })
  const origin = 'serverProxy'
  expect(refused()).toBeOneOfFaults([
    ['providerTimesOut', { origin }],
    ['providerRefusesConnection', { origin }],
  ])
})

test('a request against the protocol may be answered with 400 or 500 (AMB-03)', () => {
  const missing = 'The client identifier is missing'
  for (const status of [400, 500]) {
    expect(rest(status, 'server.clientproxy.invalid_client_identifier', missing)()).toBeFault('clientMissing')
  }
})

test('the answer of a service is told from a fault and from an error page', () => {
  expect(answered(200, '{"data":1}')).toBeServiceResponse()
  expect(answered(404, '{"errorMessage":"x","httpStatus":404}')).toBeServiceResponse({ status: 404 })
  expect(answered(200, '{"data":1}', [['X-Road-Error', 'x']])).not.toBeServiceResponse()
  expect(rest(500, code, text)()).not.toBeServiceResponse({ status: 500 })
  expect({ ...answered(200, '<html/>'), call: { ...call, protocol: 'soap' } }).not.toBeServiceResponse()
})

test('a caller is accepted if only rights stand in the way', () => {
  expect(rest(500, 'server.serverproxy.access_denied', 'Request is not allowed: SERVICE:x')()).toAcceptCaller()
  expect(answered(200, '{}')).toAcceptCaller()
  expect(rest(500, code, text)()).not.toAcceptCaller()
})

test('only the server can refuse a handshake', () => {
  expect(seenOf({ kind: 'handshake-refused', stage: 'server', alert: 'protocol_version' })).toRefuseHandshake(
    'protocol_version',
  )
  expect(seenOf({ kind: 'handshake-refused', stage: 'client', alert: 'x' })).not.toRefuseHandshake()
  expect(seenOf({ kind: 'no-answer', reason: 'refused' })).not.toRefuseHandshake()
})

test('the message says what was expected, what came, and how to ask again', () => {
  const seen = rest(500, 'Server.ClientProxy.SslAuthenticationFailed', text)('7.8')
  expect(() => expect(seen).toBeFault('certificateMissing', { client })).toThrow(
    [
      'Expected the fault:',
      `  ${code}`,
      `  ${text}`,
      `The code is Server.ClientProxy.SslAuthenticationFailed, not ${code}.`,
      'Only the wording of X-Road 7.8.0 counts in this run.',
      'The answer was a fault, HTTP 500:',
      '  Server.ClientProxy.SslAuthenticationFailed',
      `  ${text}`,
      'The call was GET /r1/x to ss1 over https as FI-DEV/GOV/0245437-2/TestClient, certificate: none.',
    ].join('\n'),
  )
})

const call = {
  protocol: 'rest',
  method: 'GET',
  target: '/r1/x',
  over: 'https',
  server: 'ss1',
  client: 'FI-DEV/GOV/0245437-2/TestClient',
  certificate: 'none',
} as const

function rest(status: number, type: string, message: string): (exactly?: string) => Seen {
  return (exactly) =>
    answered(status, JSON.stringify({ type, message, detail: '1' }), [['X-Road-Error', type]], exactly)
}

function answered(
  status: number,
  body: string,
  headers: readonly (readonly [string, string])[] = [],
  exactly?: string,
): Seen {
  return seenOf({ kind: 'response', status, headers, body: Buffer.from(body), tls: null }, exactly)
}

function seenOf(answer: Answer, exactly?: string): Seen {
  const profile = findProfile(exactly ?? '7.8')
  if (profile === undefined) throw new Error('no such profile')
  return { ...answer, call, acceptance: { profile, exact: exactly !== undefined } }
}
