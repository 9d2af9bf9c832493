import { inHeader, type SampleCall } from './sample-call.ts'
import { type Change, sending } from './sample-conduct.ts'

/** Mistakes in what the sample client sends over SOAP: each in the call that has what it is about. */
export const soapMistakes = {
  'client-posts-elsewhere': to('getRandom', (call) => ({ ...call, target: '/consumer' })),
  'client-speaks-soap12': to('getRandom', (call) =>
    inHeader(call, 'Content-Type', () => 'application/soap+xml; charset=UTF-8'),
  ),
  'client-omits-charset': to('getRandom', (call) => inHeader(call, 'Content-Type', () => 'text/xml')),
  'client-puts-attachment-first': to('storeAttachments', withAttachmentFirst),
  'client-encodes-message': to('storeAttachments', (call) => inText(call, 'Encoding: 8bit', 'Encoding: binary')),
  'client-omits-type-of-message': to('storeAttachments', (call) =>
    inHeader(call, 'Content-Type', (value) => value.replace('type="text/xml"; ', '')),
  ),
  'client-starts-elsewhere': to('storeAttachments', (call) =>
    inHeader(call, 'Content-Type', (value) => value.replace('<message>', '<attachment>')),
  ),
  'client-hashes-soap-request': to('getRandom', (call) =>
    inText(call, '</soap:Header>', '<xro:requestHash>aGFzaA==</xro:requestHash></soap:Header>'),
  ),
  'client-counts-soap-messages': to('getRandom', (call) => inText(call, /<xro:id>[^<]*/, '<xro:id>message-1')),
  'client-repeats-soap-id': sending((call) =>
    inText(call, /<xro:id>[^<]*/, '<xro:id>00000000-0000-4000-8000-000000000000'),
  ),
  'client-omits-country-over-soap': to('getRandom', (call) => inText(call, '>FI-sample<', '>1<')),
  'client-names-with-colons': to('getRandom', (call) => inText(call, '>Provider<', '>Pro:vider<')),
  'client-breaks-off': to('getRandom', (call) => inText(call, '</soap:Envelope>', '')),
  'client-reorders-identifiers': to('getRandom', (call) =>
    inText(call, /(<iden:memberClass>.*?)(<iden:memberCode>.*?)(?=<iden:subsystemCode>)/, '$2$1'),
  ),
  'client-mistypes-identifiers': to('getRandom', (call) => inText(call, '"SUBSYSTEM"', '"MEMBER"')),
  'client-speaks-a-minor-version': to('getRandom', (call) => inText(call, '>4.0<', '>4.1<')),
  'client-wraps-twice': to('getRandom', (call) => inText(call, /<w:getRandom [^>]*>/, '$&$&')),
  'client-names-another-wrapper': to('getRandom', (call) => inText(call, '<w:getRandom ', '<w:getNumber ')),
  'client-asks-in-own-namespace': to('listMethods', (call) =>
    inText(call, '<xro:listMethods/>', '<w:listMethods xmlns:w="http://test.x-road.fi/producer"/>'),
  ),
  'client-omits-security-server': to('getSecurityServerOperationalData', (call) =>
    inText(call, /<xro:securityServer .*<\/xro:securityServer>/, ''),
  ),
  'client-omits-party-code': to('helloService', (call) => inText(call, /<r:partyCode>.*<\/r:partyCode>/, '')),
  'client-mistypes-token': to('helloService', (call) => inText(call, /tokenType="[^"]*"/, 'tokenType="JWT"')),
} as const satisfies Record<string, Change>

/** One mistake in the call of one service. */
function to(service: string, mistake: (call: SampleCall) => SampleCall): Change {
  return sending((call) =>
    call.body.includes(`<iden:serviceCode>${service}</iden:serviceCode>`) ? mistake(call) : call,
  )
}

function inText(call: SampleCall, wrong: string | RegExp, replacement: string): SampleCall {
  return { ...call, body: Buffer.from(call.body.toString().replace(wrong, replacement)) }
}

function withAttachmentFirst(call: SampleCall): SampleCall {
  const swapped = inText(call, /^(--.*?)(\r\n--.*?)(?=\r\n--[^\r\n]*--\r\n$)/s, '$2\r\n$1')
  const body = Buffer.from(swapped.body.toString().replace(/^\r\n/, ''))
  return inHeader({ ...swapped, body }, 'Content-Type', (value) => value.replace('<message>', '<attachment>'))
}
