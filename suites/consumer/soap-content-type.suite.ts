import { expect } from 'vitest'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { headerValues } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { ordinaryMessage } from '../target/ordinary-message.ts'
import type { Target } from '../target/target.ts'

// The HTTP headers of a SOAP request: which are accepted, and which of them the provider gets to see.

const accepted = [
  ['alone', 'text/xml'],
  ['in other letter case', 'Text/XML; Charset=utf-8'],
  ['with another parameter', 'text/xml; charset=utf-8; action="a"'],
]
const refused = [
  ['of json', 'application/json'],
  ['of other xml', 'application/xml'],
  ['of soap 1.2', 'application/soap+xml'],
  ['of plain text', 'text/plain'],
  ['of another multipart', 'multipart/mixed'],
  ['that is none', 'blah'],
]

for (const [how, type = ''] of accepted) {
  scenario(`content type text/xml ${how} accepted`, { covers: ['SOAP-MSG-02'] }, async (target) => {
    const { text, send } = ordinaryMessage(target)
    expect(await send(text, [['Content-Type', type]])).toBeServiceResponse()
  })
}

for (const [what, type = ''] of refused) {
  scenario(`content type ${what} refused (soap)`, { covers: ['SOAP-MSG-02'] }, async (target) => {
    const { text, send } = ordinaryMessage(target)
    const seen = await send(text, [['Content-Type', type]])
    expect(seen).toBeFault('contentTypeInvalid', { origin: 'client', text: { type } })
  })
}

scenario('message without content type refused', { covers: ['SOAP-MSG-03'] }, async (target) => {
  const { text, send } = ordinaryMessage(target)
  expect(await send(text, [])).toBeFault('contentTypeMissing')
})

for (const [what, headers] of [
  ['an empty soap action', [['SOAPAction', '']]],
  ['an empty soap action in quotes', [['SOAPAction', '""']]],
  ['a url in quotes as soap action', [['SOAPAction', '"http://example.org/do?x=1"']]],
  ['a urn in quotes as soap action', [['SOAPAction', '"urn:example:do"']]],
] as const) {
  scenario(`message with ${what} accepted`, { covers: ['SOAP-MSG-14'] }, async (target) => {
    expect(await withHeaders(target, headers)).toBeServiceResponse()
  })
}

for (const [what, value] of [
  ['without quotes', 'urn:example:do'],
  ['with a blank inside', '"not a uri"'],
  ['with a quote too many', '"urn:example:do""'],
  ['with a character that no uri has', '"urn:example^do"'],
] as const) {
  scenario(`soap action ${what} refused`, { covers: ['SOAP-MSG-14'] }, async (target) => {
    const seen = await withHeaders(target, [['SOAPAction', value]])
    expect(seen).toBeFault('soapActionMalformed', { origin: 'client' })
  })
}

for (const [what, value] of [
  ['that is a urn', '"urn:example:do"'],
  ['that is a url', '"http://example.org/do?x=1"'],
  ['that is two quotes', '""'],
] as const) {
  scenario(`provider gets the soap action ${what}`, { covers: ['SOAP-MSG-13'], needs: ['control'] }, async (target) => {
    const [headers] = await headersAtProvider(target, [['SOAPAction', value]])
    expect(headers && headerValues({ headers }, 'SOAPAction')).toEqual([value])
  })
}

scenario(
  'provider gets the content type of a message',
  { covers: ['SOAP-MSG-12'], needs: ['control'] },
  async (target) => {
    const [headers] = await headersAtProvider(target, [])
    const types =
      headers && headerValues({ headers }, 'Content-Type').map((type) => type.toLowerCase().replace(' ', ''))
    expect(types).toEqual(['text/xml;charset=utf-8'])
  },
)

for (const [name, value] of [
  ['X-Custom', '1'],
  ['Authorization', 'Basic eDp5'],
  ['Cookie', 'a=b'],
  ['X-Road-Client', 'A/B/C'],
] as const) {
  scenario(
    `provider does not get the header ${name} (soap)`,
    { covers: ['SOAP-MSG-15'], needs: ['control'] },
    async (target) => {
      const [headers] = await headersAtProvider(target, [[name, value]])
      expect(headers && headerValues({ headers }, name)).toEqual([])
    },
  )
}

function withHeaders(target: Target, headers: readonly RawHeader[]) {
  return target.soap({ client: target.client('https') }).call(target.service('random', 'soap'), { headers })
}

/** The headers of each call that the provider got of a message with these headers. */
async function headersAtProvider(target: Target, headers: readonly RawHeader[]) {
  const calls = await target.providerCalls(await withHeaders(target, headers))
  return calls.map((call) => call.headers)
}
