import { expect } from 'vitest'
import type { Seen } from '../observe/answer.ts'
import { parseFault } from '../observe/fault.ts'
import { bodyText, faultElement, mediaType, parseEnvelope } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// What a SOAP fault looks like, whoever found it: the request itself, the consumer's server or the provider's.
const situations = {
  request: (target: Target) =>
    target.soap({ client: target.client('https') }).send({ headers: xml, body: '<no-envelope/>' }),
  'consumer side': (target: Target) => {
    return target.soap({ client: target.client('https'), certificate: 'none' }).call(target.service('random', 'soap'))
  },
  'provider side': (target: Target) =>
    target.soap({ client: target.client('https') }).call(target.service('closed', 'soap')),
} as const

const xml = [['Content-Type', 'text/xml; charset=UTF-8']] as const
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

for (const [side, bringAbout] of Object.entries(situations)) {
  scenario(`fault of the ${side} is a soap 1.1 fault in xml`, { covers: ['ERR-SOAP-01'] }, async (target) => {
    const seen = await bringAbout(target)
    const envelope = seen.kind === 'response' ? parseEnvelope(seen) : undefined
    expect(envelope?.body.children.map(({ name }) => name)).toEqual(['Fault'])
    expect(faultElement(envelope)).toBeDefined()
    expect(seen.kind === 'response' && mediaType(seen)).toEqual({ type: 'text/xml', charset: 'utf-8' })
  })

  scenario(`fault of the ${side} has code and text`, { covers: ['ERR-SOAP-02'] }, async (target) => {
    const filled = expect.stringMatching(/./)
    expect(faultOf(await bringAbout(target))).toMatchObject({ code: filled, message: filled })
  })

  scenario(`fault of the ${side} has a uuid of its own as detail`, { covers: ['ERR-SOAP-03'] }, async (target) => {
    const details = [await bringAbout(target), await bringAbout(target)].map((seen) => faultOf(seen)?.detail)
    expect(details).toEqual([expect.stringMatching(uuid), expect.stringMatching(uuid)])
    expect(new Set(details).size).toBe(2)
  })

  scenario(`fault of the ${side} names no actor`, { covers: ['ERR-SOAP-04'] }, async (target) => {
    const fault = faultOf(await bringAbout(target))
    expect(fault).toBeDefined()
    expect(fault?.actor ?? '').toBe('')
  })

  scenario(
    `fault of the ${side} discloses neither addresses nor a stack trace`,
    { covers: ['ERR-SOAP-22'] },
    async (target) => {
      const seen = await bringAbout(target)
      expect(faultOf(seen)).toBeDefined()
      expect(seen.kind === 'response' && bodyText(seen)).not.toMatch(
        /https?:\/\/(?!schemas\.xmlsoap\.org)|\bat (java|org|ee)\./,
      )
    },
  )
}

const origins = [
  ['request', 'client', 'ERR-SOAP-06'],
  ['consumer side', 'clientProxy', 'ERR-SOAP-07'],
  ['provider side', 'serverProxy', 'ERR-SOAP-08'],
] as const

for (const [side, origin, requirement] of origins) {
  scenario(`fault of the ${side} says so in its code`, { covers: [requirement] }, async (target) => {
    expect(faultOf(await situations[side](target))?.meaning?.origin).toBe(origin)
  })
}

scenario('request that is not post is a soap fault', { covers: ['SOAP-MSG-01', 'ERR-SOAP-01'] }, async (target) => {
  const client = target.client('https')
  const seen = await target.soap({ client }).send({ method: 'GET', headers: [], body: '' })
  expect(seen).toBeFault('methodNotPost', { origin: 'client', text: { method: 'GET' } })
})

function faultOf(seen: Seen) {
  return seen.kind === 'response' ? parseFault(seen) : undefined
}
