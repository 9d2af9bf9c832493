import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Seen } from '../observe/answer.ts'
import { soapPart } from '../observe/related-parts.ts'
import { faultElement, mediaType, parseEnvelope } from '../observe/response.ts'
import { childOf, type XmlElement } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { askSoapProvider, messageTo, messageToNowhere } from '../target/ask-provider.ts'

// What an information system makes of SOAP messages as a security server sends them: the HTTP around the envelope.
const needs = ['provider'] as const
const issue = '<xro:issue>7</xro:issue>'

scenario('information system needs no more headers than two', { covers: ['PROV-01'], needs }, async (target) => {
  const bare = { 'accept-encoding': undefined, Connection: undefined, 'User-Agent': undefined }
  expectAnswer(await askSoapProvider(target, messageTo(target.judged('soap')), bare))
})

scenario('information system needs no soap action', { covers: ['PROV-02'], needs }, async (target) => {
  for (const SOAPAction of ['""', '', undefined]) {
    expectAnswer(await askSoapProvider(target, messageTo(target.judged('soap')), { SOAPAction }))
  }
})

scenario('information system answers messages with 200', { covers: ['PROV-03'], needs }, async (target) => {
  for (const parts of [{}, { userId: 'FI1' }, { extraHeader: issue }]) {
    const seen = await askSoapProvider(target, messageTo(target.judged('soap'), parts))
    expect(statusOf(seen)).toBe(200)
    expect(seen.kind === 'response' && mediaType(seen).type).toMatch(/^(text\/xml|multipart\/related)$/)
  }
})

scenario('information system tells faults with 500 or 200', { covers: ['PROV-04'], needs }, async (target) => {
  const seen = await askSoapProvider(target, messageToNowhere(target))
  expect([200, 500]).toContain(statusOf(seen))
  expect(faultElement(envelopeOf(seen))).toBeDefined()
})

scenario('information system takes messages in chunks', { covers: ['PROV-07'], needs }, async (target) => {
  const padding = `<!-- ${'x'.repeat(80 * 1024)} -->`
  for (const extraHeader of ['', padding]) {
    expectAnswer(await askSoapProvider(target, messageTo(target.judged('soap'), { extraHeader })))
  }
})

scenario('information system keeps messages apart', { covers: ['PROV-22'], needs }, async (target) => {
  const common = randomUUID()
  const ids = Array.from({ length: 20 }, (_, n) => `${common}-${n}`)
  const answers = await Promise.all(ids.map((id) => askSoapProvider(target, messageTo(target.judged('soap'), { id }))))
  expect(answers.map((seen) => fieldOf(seen, 'id')?.text)).toEqual(ids)
})

/** Another answer than a fault. */
function expectAnswer(seen: Seen): void {
  expect(statusOf(seen)).toBe(200)
  const envelope = envelopeOf(seen)
  expect(envelope?.content, 'the answer').toBeDefined()
  expect(faultElement(envelope)).toBeUndefined()
}

function envelopeOf(seen: Seen) {
  return seen.kind === 'response' ? parseEnvelope({ body: soapPart(seen) }) : undefined
}

function fieldOf(seen: Seen, name: string): XmlElement | undefined {
  return childOf(envelopeOf(seen)?.header, name)
}

function statusOf(seen: Seen): number {
  return seen.kind === 'response' ? seen.status : 0
}
