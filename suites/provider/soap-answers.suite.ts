import { expect } from 'vitest'
import type { RawHeader } from '../../fixtures/exchange.ts'
import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import { readMultipart, writeMultipart } from '../client/multipart.ts'
import { scriptedAnswer } from '../client/scripted-answer.ts'
import type { EnvelopeParts } from '../client/soap-envelope.ts'
import type { Seen } from '../observe/answer.ts'
import { bodyText, headerValue, headerValues, mediaType, parseEnvelope } from '../observe/response.ts'
import { soapRequestHash } from '../observe/soap-request-hash.ts'
import { scenario } from '../scenario.ts'
import { type OrdinaryMessage, ordinaryMessage } from '../target/ordinary-message.ts'
import type { Target } from '../target/target.ts'

// What of a provider's SOAP answer reaches the consumer, and which answers are no answers to the request.

const control = ['control'] as const
const byProvider = { origin: 'serverProxy', within: 'serviceFailed' } as const
const extras: Partial<EnvelopeParts> = {
  userId: 'FI1',
  extraHeader:
    '<xro:issue>7</xro:issue><r:representedParty xmlns:r="http://x-road.eu/xsd/representation.xsd">' +
    '<r:partyClass>COM</r:partyClass><r:partyCode>1</r:partyCode></r:representedParty>',
}

scenario('answer that repeats every field accepted', { covers: ['SOAP-HDR-28'], needs: control }, async (target) => {
  expect(await answered(target, (text) => text)).toBeServiceResponse()
})

const altered = [
  ['another client', /(<xro:client.*?subsystemCode>)/s, '$1X'],
  ['another service version', /(serviceVersion>)/, '$1X'],
  ['another id', /(<xro:id>)/, '$1X'],
  ['another user', /(<xro:userId>)/, '$1X'],
  ['no user', /<xro:userId>.*?<\/xro:userId>/, ''],
  ['another issue', /(<xro:issue>)/, '$1X'],
  ['no issue', /<xro:issue>.*?<\/xro:issue>/, ''],
  ['another represented party', /(<r:partyCode>)/, '$1X'],
  ['no represented party', /<r:representedParty.*?<\/r:representedParty>/, ''],
] as const

for (const [what, original, replacement] of altered) {
  scenario(`answer with ${what} refused`, { covers: ['SOAP-HDR-28'], needs: control }, async (target) => {
    const seen = await answered(target, (text) => text.replace(original, replacement))
    expect(seen).toBeFault('responseInconsistent', { origin: 'clientProxy', within: 'serviceFailed' })
  })
}

const payloads = [
  ['comments', '<a>1<!-- kept --></a>'],
  ['references', '<a b="&quot;">&lt;&amp;&gt;</a>'],
  ['white space', '\n\t<a>  1\n2 </a>\n'],
  ['letters beyond ascii', '<a>ÄÖ€ ж 漢 😀</a>'],
] as const

for (const [what, payload] of payloads) {
  scenario(`${what} of an answer reach the consumer`, { covers: ['SOAP-MSG-24'], needs: control }, async (target) => {
    const seen = await answered(target, (text) => text.replace(/<prod:(\w+)\/>/, `<prod:$1>${payload}</prod:$1>`))
    expect(textOf(seen)).toContain(`Response>${payload}</prod:`)
  })
}

scenario('hash that a provider made up is replaced', { covers: ['SOAP-HDR-20'], needs: control }, async (target) => {
  let request = ''
  const seen = await answered(target, (text, message) => {
    request = message.text
    return text.replace('</xro:id>', '</xro:id><xro:requestHash algorithmId="urn:x">bm9uZQ==</xro:requestHash>')
  })
  const header = seen.kind === 'response' ? parseEnvelope(seen)?.header : undefined
  const hashes = header?.children.filter(({ name }) => name === 'requestHash').map(({ text }) => text.trim())
  expect(hashes).toEqual([soapRequestHash(request)])
})

scenario(
  'content type of an answer reaches the consumer',
  { covers: ['SOAP-MSG-16'], needs: control },
  async (target) => {
    const seen = await answered(target, (text) => text)
    expect(seen).toBeServiceResponse()
    expect(seen.kind === 'response' && mediaType(seen)).toEqual({ type: 'text/xml', charset: 'utf-8' })
  },
)

for (const [name, value] of [
  ['X-Custom', '1'],
  ['Set-Cookie', 'a=b'],
] as const) {
  scenario(
    `header ${name} of an answer does not reach the consumer (soap)`,
    { covers: ['SOAP-MSG-17'], needs: control },
    async (target) => {
      const seen = await answered(target, (text) => text, [xml, [name, value]])
      expect(seen).toBeServiceResponse()
      expect(seen.kind === 'response' && headerValues(seen, name)).toEqual([])
    },
  )
}

const attachment = {
  headers: [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-ID', '<1@x>'],
  ],
  body: 'Äö€\r\n\tlines\n\n',
} as const

scenario(
  'attachment of an answer reaches the consumer',
  { covers: ['SOAP-ATT-06', 'SOAP-ATT-08'], needs: control },
  async (target) => {
    const parts = partsOf(await answeredInParts(target))
    expect(parts?.[1] && { headers: parts[1].headers, body: Buffer.from(parts[1].body).toString() }).toEqual({
      headers: attachment.headers.map(([name, value]) => [name.toLowerCase(), value]),
      body: attachment.body,
    })
  },
)

scenario(
  'soap part of an answer with attachments comes first',
  { covers: ['SOAP-ATT-08'], needs: control },
  async (target) => {
    const [first] = partsOf(await answeredInParts(target)) ?? []
    const envelope = first && parseEnvelope({ body: Buffer.from(first.body) })
    expect(envelope?.content?.name).toEqual(expect.stringMatching(/Response$/))
  },
)

scenario(
  'content type of a multipart answer reaches the consumer',
  { covers: ['SOAP-MSG-16', 'SOAP-ATT-08'], needs: control },
  async (target) => {
    const seen = await answeredInParts(target)
    const type = seen.kind === 'response' ? headerValue(seen, 'Content-Type') : undefined
    expect(type?.replace(/; *charset=utf-8$/i, '')).toBe(multipart[1])
  },
)

scenario('answer whose first part is no soap refused', { covers: ['SOAP-ATT-08'], needs: control }, async (target) => {
  const seen = await answered(target, () => writeMultipart([attachment, attachment], 'b-1').toString(), [multipart])
  expect(seen).toBeFault('contentTypeInvalid', { ...byProvider, text: { type: 'text/plain' } })
})

const wrong = [
  ['with a document type', 'xmlMalformed', (text) => text.replace('?>', '?><!DOCTYPE x>')],
  ['without header', 'headerMissing', (text) => text.replace(/<soapenv:Header>.*<\/soapenv:Header>/s, '')],
  ['whose wrapper is of another service', 'bodyInconsistent', (text) => text.replace(/<prod:\w+\/>/, '<prod:x/>')],
  ['with a field twice', 'headerFieldDuplicate', (text) => text.replace(/<xro:id>.*?<\/xro:id>/, '$&$&')],
] as const satisfies readonly (readonly [string, FaultSituationName, (text: string) => string])[]

for (const [what, situation, edit] of wrong) {
  scenario(`answer ${what} refused`, { covers: ['ERR-SOAP-19'], needs: control }, async (target) => {
    expect(await answered(target, edit)).toBeFault(situation, byProvider)
  })
}

const xml = ['Content-Type', 'text/xml; charset=UTF-8'] as const
const multipart = ['Content-Type', 'multipart/related; type="text/xml"; boundary=b-1; start="<soap@x>"'] as const

/** Asks with every optional field; the provider answers with the right message, edited. */
async function answered(
  target: Target,
  edit: (text: string, message: OrdinaryMessage) => string,
  headers: readonly RawHeader[] = [xml],
): Promise<Seen> {
  const message = ordinaryMessage(target, extras, target.scriptedService('soap').id)
  const right = message.text.replace(/<prod:(\w+)\/>/, '<prod:$1Response/>')
  await target.control.script(message.id, [scriptedAnswer({ headers, body: edit(right, message) })])
  return message.send(message.text)
}

function answeredInParts(target: Target): Promise<Seen> {
  const soapHeaders = [xml, ['Content-ID', '<soap@x>']] as const
  return answered(
    target,
    (text) => writeMultipart([{ headers: soapHeaders, body: text }, attachment], 'b-1').toString(),
    [multipart],
  )
}

function partsOf(seen: Seen) {
  return seen.kind === 'response' ? readMultipart(seen.body, 'b-1') : undefined
}

function textOf(seen: Seen): string {
  return seen.kind === 'response' ? bodyText(seen) : ''
}
