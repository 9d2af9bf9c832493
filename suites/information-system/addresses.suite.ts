import { expect } from 'vitest'
import type { Seen } from '../observe/answer.ts'
import { bodyText, headerValues } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { askRestProvider, askSoapProvider, messageTo, messageToNowhere } from '../target/ask-provider.ts'
import type { Protocol } from '../target/protocol.ts'
import type { Target } from '../target/target.ts'

// Addresses that consumers cannot reach have no place in answers.
const needs = ['provider'] as const
const privateAddress = /\b(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}\b/

const samples: Readonly<Record<Protocol, (target: Target) => Promise<readonly Seen[]>>> = {
  rest: async (target) => [await askRestProvider(target), await askRestProvider(target, '/no-such-path')],
  soap: async (target) => [
    await askSoapProvider(target, messageTo(target.judged('soap'))),
    await askSoapProvider(target, messageToNowhere(target)),
  ],
}

for (const [protocol, ask] of Object.entries(samples)) {
  scenario(
    `information system does not give its address away (${protocol})`,
    { covers: ['PROV-21'], needs },
    async (target) => {
      for (const seen of await ask(target)) {
        expect(seen.kind).toBe('response')
        expect(said(seen)).not.toContain(`//${seen.call.server}`)
        expect(said(seen)).not.toMatch(privateAddress)
      }
    },
  )
}

scenario('information system does not redirect', { covers: ['PROV-20'], needs }, async (target) => {
  const { question = '' } = target.judged('rest')
  for (const path of [question, question.replace(/\/?(?=\?|$)/, '/'), '/no-such-path']) {
    const seen = await askRestProvider(target, path)
    expect(seen.kind === 'response' && headerValues(seen, 'location')).toEqual([])
    expect(seen.kind === 'response' && Math.trunc(seen.status / 100), path).not.toBe(3)
  }
})

function said(seen: Seen): string {
  return seen.kind === 'response' ? `${seen.headers.flat().join('\n')}\n${bodyText(seen)}` : ''
}
