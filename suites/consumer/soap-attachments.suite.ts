import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import { type Part, readMultipart, writeMultipart } from '../client/multipart.ts'
import { headerValue, parseEnvelope } from '../observe/response.ts'
import { childOf } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { bytesOf, type OrdinaryMessage, ordinaryMessage } from '../target/ordinary-message.ts'
import type { Target } from '../target/target.ts'

// SOAP messages with attachments, on their way to the provider.

const boundary = 'a-boundary:1'
const multipart = [
  ['Content-Type', `multipart/related; type="text/xml"; boundary="${boundary}"; start="<soap@x>"`],
] as const
const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

for (const [what, count] of [
  ['only the soap part', 0],
  ['one attachment', 1],
  ['three attachments', 3],
] as const) {
  scenario(
    `multipart with ${what} accepted`,
    { covers: count === 0 ? ['SOAP-ATT-10'] : ['SOAP-ATT-01'] },
    async (target) => {
      const message = ordinaryMessage(target)
      const attachments = Array.from({ length: count }, (_, n) => attachment(binary, [['Content-ID', `<${n}@x>`]]))
      const seen = await message.send(writeMultipart([soapPart(message), ...attachments], boundary), multipart)
      expect(seen).toBeServiceResponse()
    },
  )
}

scenario(
  'provider gets the content type of a multipart',
  { covers: ['SOAP-MSG-12', 'SOAP-ATT-10'], needs: ['control'] },
  async (target) => {
    const message = ordinaryMessage(target, {}, target.scriptedService('soap').id)
    await message.send(writeMultipart([soapPart(message)], boundary), multipart)
    const calls = await message.providerCalls()
    expect(calls.map((call) => headerValue(call, 'Content-Type'))).toEqual([multipart[0][1]])
  },
)

const attachments = [
  ['binary', binary],
  ['base64', Buffer.from(binary.toString('base64'))],
  ['empty', Buffer.alloc(0)],
  ['of several lines', Buffer.from('\r\n--not-the-boundary\r\nline\n\n')],
] as const

for (const [what, content] of attachments) {
  scenario(
    `attachment that is ${what} reaches the provider`,
    { covers: ['SOAP-ATT-06'], needs: ['control'] },
    async (target) => {
      const parts = await partsAtProvider(target, (message) => [
        soapPart(message),
        attachment(content),
        attachment(content),
      ])
      expect(parts?.slice(1).map(({ body }) => Buffer.from(body).toString('hex'))).toEqual([
        content.toString('hex'),
        content.toString('hex'),
      ])
    },
  )
}

scenario(
  'headers of every part reach the provider',
  { covers: ['SOAP-ATT-05'], needs: ['control'] },
  async (target) => {
    const headers = [
      ['Content-ID', '<1@x>'],
      ['Content-Disposition', 'attachment; filename="a.bin"'],
      ['Content-Transfer-Encoding', 'binary'],
    ] as const
    const parts = await partsAtProvider(target, (message) => [soapPart(message), attachment(binary, headers)])
    const own = soapPart({ text: '' }).headers
    const wanted = [own, [['Content-Type', 'application/octet-stream'], ...headers] as const].map((fields) =>
      expect.arrayContaining(fields.map(([name, value]) => [name.toLowerCase(), value])),
    )
    expect(parts?.map((part) => part.headers)).toEqual(wanted)
  },
)

scenario(
  'soap part of a multipart reaches the provider as it is',
  { covers: ['SOAP-MSG-23', 'SOAP-ATT-06'], needs: ['control'] },
  async (target) => {
    let sent = ''
    const parts = await partsAtProvider(target, (message) => {
      sent = message.text
      return [soapPart(message), attachment(binary)]
    })
    expect(parts?.map(({ body }) => Buffer.from(body).toString())[0]).toBe(sent)
    expect(parts?.length).toBe(2)
  },
)

scenario('message in the way of mtom accepted', { covers: ['SOAP-ATT-07'], needs: ['control'] }, async (target) => {
  const message = ordinaryMessage(target)
  const type = 'application/xop+xml; charset=UTF-8; type="text/xml"'
  const parts = [{ headers: [['Content-Type', type]], body: message.text }, attachment(binary)] as const
  const outer = `multipart/related; type="application/xop+xml"; start-info="text/xml"; boundary="${boundary}"`
  expect(await message.send(writeMultipart(parts, boundary), [['Content-Type', outer]])).toBeServiceResponse()
  const [call] = await message.providerCalls()
  const [first] = (call && readMultipart(bytesOf(call), boundary)) ?? []
  expect(first?.headers).toContainEqual(['content-type', type])
})

const refused = [
  ['first part that is no soap', 'SOAP-ATT-01', 'contentTypeInvalid', () => [attachment(binary)]],
  ['first part without a type', 'SOAP-ATT-01', 'partContentTypeMissing', ({ text }) => [{ headers: [], body: text }]],
  [
    'attachment before the soap part',
    'SOAP-ATT-01',
    'contentTypeInvalid',
    (message) => [attachment(binary), soapPart(message)],
  ],
  ['multipart without any part', 'SOAP-ATT-01', 'soapMissing', () => []],
  ['soap part that is no envelope', 'SOAP-ATT-09', 'envelopeMissing', () => [soapPart({ text: '<x/>' })]],
] as const satisfies readonly (readonly [
  string,
  `SOAP-ATT-${string}`,
  FaultSituationName,
  (message: OrdinaryMessage) => readonly Part[],
])[]

for (const [what, requirement, situation, partsOf] of refused) {
  scenario(`${what} refused`, { covers: [requirement] }, async (target) => {
    const message = ordinaryMessage(target)
    const seen = await message.send(writeMultipart(partsOf(message), boundary), multipart)
    expect(seen).toBeFault(situation, { origin: 'client' })
  })
}

scenario('multipart without boundary parameter refused', { covers: ['SOAP-ATT-09'] }, async (target) => {
  const message = ordinaryMessage(target)
  const headers = [['Content-Type', 'multipart/related; type="text/xml"']] as const
  expect(await message.send(writeMultipart([soapPart(message)], boundary), headers)).toBeOneOfFaults([
    ['contentTypeInvalid', { origin: 'client', text: { type: 'multipart/related' } }],
    ['mimeBroken', { origin: 'client' }],
    ['soapMissing', { origin: 'client' }],
  ])
})

scenario('hash of a request with attachments is that of its soap part', { covers: ['SOAP-HDR-19'] }, async (target) => {
  const message = ordinaryMessage(target)
  const seen = await message.send(writeMultipart([soapPart(message), attachment(binary)], boundary), multipart)
  expect(seen).toBeServiceResponse()
  const header = seen.kind === 'response' ? parseEnvelope(seen)?.header : undefined
  const hash = createHash('sha512').update(message.text).digest('base64')
  expect(childOf(header, 'requestHash')?.text.replace(/\s/g, '')).toBe(hash)
})

function soapPart({ text }: Pick<OrdinaryMessage, 'text'>): Part {
  return {
    headers: [
      ['Content-Type', 'text/xml; charset=UTF-8'],
      ['Content-Transfer-Encoding', '8bit'],
      ['Content-ID', '<soap@x>'],
    ],
    body: text,
  }
}

function attachment(body: Buffer, headers: Part['headers'] = []): Part {
  return { headers: [['Content-Type', 'application/octet-stream'], ...headers], body }
}

async function partsAtProvider(target: Target, partsOf: (message: OrdinaryMessage) => readonly Part[]) {
  const message = ordinaryMessage(target, {}, target.scriptedService('soap').id)
  await message.send(writeMultipart(partsOf(message), boundary), multipart)
  const [call] = await message.providerCalls()
  return call && readMultipart(bytesOf(call), boundary)
}
