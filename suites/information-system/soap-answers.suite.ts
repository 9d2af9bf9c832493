import { expect } from 'vitest'
import { writeIdentifier } from '../client/soap-envelope.ts'
import type { Seen } from '../observe/answer.ts'
import { soapPart } from '../observe/related-parts.ts'
import { faultElement, mediaType, parseEnvelope } from '../observe/response.ts'
import { childOf, type XmlElement } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { askSoapProvider, messageTo, messageToNowhere } from '../target/ask-provider.ts'
import type { Target } from '../target/target.ts'

// What an information system answers to SOAP messages: it is called directly, as a security server calls it.
const needs = ['provider'] as const

const xroad = 'http://x-road.eu/xsd/xroad.xsd'
const representation = 'http://x-road.eu/xsd/representation.xsd'

scenario(
  'information system leaves the hash to its security server',
  { covers: ['SOAP-HDR-23'], needs },
  async (target) => {
    const { answer } = await answerOf(target)
    expect(answer.fields).not.toEqual([])
    expect(answer.fields.filter(({ name }) => name === 'requestHash')).toEqual([])
  },
)

scenario('information system repeats every header field', { covers: ['SOAP-HDR-24'], needs }, async (target) => {
  const { answer, message } = await answerOf(target)
  expect(answer.fields.map(qualifiedName).sort()).toEqual(message.fields.map(qualifiedName).sort())
})

scenario('information system keeps the order of header fields', { covers: ['SOAP-HDR-25'], needs }, async (target) => {
  const { answer, message } = await answerOf(target)
  const names = new Set(message.fields.map(qualifiedName))
  expect(answer.fields.map(qualifiedName).filter((name) => names.has(name))).toEqual([...names])
})

scenario('information system keeps the values of header fields', { covers: ['SOAP-HDR-26'], needs }, async (target) => {
  const { answer, message } = await answerOf(target)
  for (const field of message.fields) {
    expect(valuesOf(childOf(answer.header, field.name)), field.name).toEqual(valuesOf(field))
  }
})

scenario(
  'information system keeps the namespaces of identifiers',
  { covers: ['SOAP-HDR-27'], needs },
  async (target) => {
    const { answer, message } = await answerOf(target)
    for (const name of ['client', 'service']) {
      expect(namesWithin(childOf(answer.header, name)), name).toEqual(namesWithin(childOf(message.header, name)))
    }
  },
)

scenario('information system answers with a header', { covers: ['SOAP-HDR-29'], needs }, async (target) => {
  const { answer, message } = await answerOf(target)
  const id = childOf(message.header, 'id', xroad)
  expect(childOf(answer.header, 'id', xroad)?.text).toBe(id?.text)
})

for (const [what, covers, field] of [
  ['targeted security server', 'EXT-TGT-05', securityServer],
  ['represented party', 'EXT-REPR-03', representedParty],
] as const) {
  scenario(`information system repeats the ${what}`, { covers: [covers], needs }, async (target) => {
    const { answer, message } = await answerOf(target, field(target))
    const sent = message.fields.at(-1)
    expect(valuesOf(childOf(answer.header, sent?.name ?? '', sent?.namespace))).toEqual(valuesOf(sent))
  })
}

scenario(
  'information system names its answer after the question',
  { covers: ['SOAP-MSG-08'], needs },
  async (target) => {
    const { answer, message } = await answerOf(target)
    expect(answer.content?.name).toBe(`${message.content?.name}Response`)
  },
)

scenario('information system states the charset of its answer', { covers: ['SOAP-MSG-20'], needs }, async (target) => {
  const { seen } = await answerOf(target)
  expect(seen.kind === 'response' && mediaType(seen).charset).toEqual(expect.any(String))
})

scenario('information system answers with data', { covers: ['ERR-SOAP-25'], needs }, async (target) => {
  const { answer } = await answerOf(target)
  expect(answer.content ? textsWithin(answer.content).join('') : '').toMatch(/\S/)
})

scenario(
  'information system refuses an unknown operation by a fault',
  { covers: ['ERR-SOAP-24'], needs },
  async (target) => {
    const seen = await askSoapProvider(target, messageToNowhere(target))
    expect(seen.kind === 'response' && faultElement(parseEnvelope(seen))).toBeTruthy()
  },
)

interface ReadMessage {
  readonly header: XmlElement | undefined
  readonly fields: readonly XmlElement[]
  readonly content: XmlElement | undefined
}

/** Asks with a header that has everything, and reads both messages. */
async function answerOf(
  target: Target,
  extraHeader = '',
): Promise<{ seen: Seen; message: ReadMessage; answer: ReadMessage }> {
  const text = messageTo(target.judged('soap'), { userId: '  FI user  ', extraHeader })
  const seen = await askSoapProvider(target, text)
  const answered = seen.kind === 'response' ? soapPart(seen) : Buffer.alloc(0)
  return { seen, message: read(Buffer.from(text)), answer: read(answered) }
}

function read(body: Buffer): ReadMessage {
  const envelope = parseEnvelope({ body })
  return { header: envelope?.header, fields: envelope?.header?.children ?? [], content: envelope?.content }
}

function securityServer({ topology, server }: Target): string {
  const [memberClass = '', memberCode = ''] =
    topology.servers
      .find(({ code }) => code === server)
      ?.owner.split('/')
      .slice(1)
      .map(decodeURIComponent) ?? []
  const owner = { kind: 'member', instance: topology.instance, memberClass, memberCode } as const
  return writeIdentifier('xro:securityServer', owner)
    .replace('"MEMBER"', '"SERVER"')
    .replace('</xro:', `<iden:serverCode>${server}</iden:serverCode></xro:`)
}

function representedParty(): string {
  return `<r:representedParty xmlns:r="${representation}"><r:partyCode>123</r:partyCode></r:representedParty>`
}

function qualifiedName({ namespace, name }: XmlElement): string {
  return `{${namespace}}${name}`
}

/** The names within an identifier, in order. */
function namesWithin(element: XmlElement | undefined): string[] {
  return element?.children.map(qualifiedName) ?? []
}

/** The texts of a field: its own, or those of its parts by name. */
function valuesOf(element: XmlElement | undefined): string[] | undefined {
  if (element === undefined || element.children.length === 0) return element && [element.text]
  return element.children.map(({ name, text }) => `${name}=${text}`)
}

function textsWithin(element: XmlElement): string[] {
  return [element.text, ...element.children.flatMap(textsWithin)]
}
