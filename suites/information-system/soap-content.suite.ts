import { expect } from 'vitest'
import type { Response, Seen } from '../observe/answer.ts'
import { readParts, soapPart } from '../observe/related-parts.ts'
import { headerValue, mediaType, parseEnvelope } from '../observe/response.ts'
import { childOf, type XmlElement } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { askSoapProvider, messageTo } from '../target/ask-provider.ts'
import type { Target } from '../target/target.ts'

// What an information system makes of header fields, letters and attachments that not every message has.
const needs = ['provider'] as const
const issue = '<xro:issue>7</xro:issue>'
const unknown = '<a:audit xmlns:a="urn:roadworthy:audit"><a:step>1</a:step></a:audit>'
const optionalFields = ['userId', 'issue', 'representedParty', 'securityServer']

scenario('information system repeats fields that it cannot know', { covers: ['PROV-05'], needs }, async (target) => {
  const message = messageTo(target.judged('soap'), { userId: 'FI1', extraHeader: issue + unknown })
  const reversed = message.replace(/<xro:client[\s\S]*?<\/xro:client>/, '').replace('</soapenv:Header>', (end) => {
    return (/<xro:client[\s\S]*?<\/xro:client>/.exec(message)?.[0] ?? '') + end
  })
  const sent = fieldsOf(parseEnvelope({ body: Buffer.from(reversed) })?.header)
  expect(fieldsOf(await headerOf(target, reversed)).sort()).toEqual(sent.sort())
})

scenario('information system adds no field that was absent', { covers: ['PROV-06'], needs }, async (target) => {
  for (const parts of [{}, { userId: 'FI1' }, { extraHeader: issue }]) {
    const message = messageTo(target.judged('soap'), parts)
    const sent = parseEnvelope({ body: Buffer.from(message) })?.header
    const answered = await headerOf(target, message)
    expect(optionalFields.filter((name) => childOf(answered, name))).toEqual(
      optionalFields.filter((name) => childOf(sent, name)),
    )
  }
})

scenario('information system sends what its answer refers to', { covers: ['PROV-18'], needs }, async (target) => {
  const [root, ...attachments] = readParts(await answer(target, messageTo(target.judged('soap'))))
  const references = [...String(root?.body).matchAll(/["'>]cid:([^"'<\s]+)/g)]
  const contentIds = attachments.map((part) => headerValue(part, 'content-id')?.replace(/^<|>$/g, ''))
  const missing = references.map(([, id = '']) => decodeURIComponent(id)).filter((id) => !contentIds.includes(id))
  expect(missing).toEqual([])
})

scenario('information system keeps letters beyond ascii', { covers: ['PROV-19'], needs }, async (target) => {
  const userId = 'ÄÖÅ€ш'
  const header = await headerOf(target, messageTo(target.judged('soap'), { userId }))
  expect(childOf(header, 'userId')?.text).toBe(userId)
})

async function answer(target: Target, message: string): Promise<Response> {
  const seen: Seen = await askSoapProvider(target, message)
  expect(seen.kind).toBe('response')
  return seen as Response
}

/** The header of the answer, read in the charset that the answer names. */
async function headerOf(target: Target, message: string): Promise<XmlElement | undefined> {
  const response = await answer(target, message)
  const text = new TextDecoder(mediaType(response).charset ?? 'utf-8').decode(soapPart(response))
  return parseEnvelope({ body: Buffer.from(text) })?.header
}

function fieldsOf(header: XmlElement | undefined): string[] {
  return header?.children.map(({ namespace, name }) => `{${namespace}}${name}`) ?? []
}
