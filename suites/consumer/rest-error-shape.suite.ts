import { expect } from 'vitest'
import type { Seen } from '../observe/answer.ts'
import { parseFault } from '../observe/fault.ts'
import { bodyJson, bodyText, headerValues, mediaType } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// What a REST error looks like, whoever found it.
const situations = {
  request: (target: Target, headers: Headers = []) => {
    const options = { clientHeaders: [], headers }
    return target.rest({ client: target.client('https') }).get(target.service('random', 'rest'), '/random', options)
  },
  'consumer side': (target: Target, headers: Headers = []) => {
    const approach = { client: target.client('https'), certificate: 'none' }
    return target.rest(approach).get(target.service('random', 'rest'), '/random', { headers })
  },
  'provider side': (target: Target, headers: Headers = []) => {
    return target.rest({ client: target.client('https') }).get(target.service('closed', 'rest'), '/random', { headers })
  },
} as const

type Headers = readonly (readonly [string, string])[]

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

for (const [side, bringAbout] of Object.entries(situations)) {
  scenario(
    `error of the ${side} carries its type alone in x-road-error`,
    { covers: ['ERR-REST-01', 'ERR-REST-02'] },
    async (target) => {
      const seen = await bringAbout(target)
      const fault = faultOf(seen)
      expect(fault).toMatchObject({ code: expect.stringMatching(/^\S+$/) })
      expect(seen.kind === 'response' && headerValues(seen, 'x-road-error')).toEqual([fault?.code])
    },
  )

  scenario(
    `error of the ${side} has type, message and a uuid of its own as detail`,
    { covers: ['ERR-REST-03'] },
    async (target) => {
      const bodies = [await bringAbout(target), await bringAbout(target)].map(
        (seen) => seen.kind === 'response' && bodyJson(seen),
      )
      const shape = {
        type: expect.stringMatching(/./),
        message: expect.stringMatching(/./),
        detail: expect.stringMatching(uuid),
      }
      expect(bodies).toEqual([shape, shape])
      expect(new Set(bodies.map((body) => (body as { detail: string }).detail)).size).toBe(2)
    },
  )

  scenario(`error of the ${side} has status 400 or 500`, { covers: ['ERR-REST-04', 'ERR-REST-07'] }, async (target) => {
    const seen = await bringAbout(target)
    expect(faultOf(seen)).toBeDefined()
    expect([400, 500]).toContain(seen.kind === 'response' && seen.status)
  })

  scenario(`error of the ${side} states its media type`, { covers: ['ERR-REST-08', 'REST-HDR-22'] }, async (target) => {
    const seen = await bringAbout(target)
    const { type, charset = 'utf-8' } = seen.kind === 'response' ? mediaType(seen) : { type: '' }
    expect({ type, charset }).toEqual({ type: 'application/json', charset: 'utf-8' })
  })

  scenario(
    `error of the ${side} discloses neither addresses nor a stack trace`,
    { covers: ['ERR-REST-03', 'ERR-SOAP-22'] },
    async (target) => {
      const seen = await bringAbout(target)
      expect(faultOf(seen)).toBeDefined()
      expect(seen.kind === 'response' && bodyText(seen)).not.toMatch(/https?:\/\/|\bat (java|org|ee)\./)
    },
  )

  for (const [accept, type] of [
    ['application/xml', 'application/xml'],
    ['text/xml', 'text/xml'],
    ['text/*', 'text/xml'],
  ] as const) {
    scenario(
      `error of the ${side} is xml for a caller that accepts ${accept}`,
      { covers: ['ERR-REST-09'] },
      async (target) => {
        const seen = await bringAbout(target, [['Accept', accept]])
        expect(faultOf(seen)?.rendering).toBe('rest-xml')
        expect(seen.kind === 'response' && mediaType(seen).type).toBe(type)
      },
    )
  }

  for (const accept of ['application/json', '*/*', 'foobarbaz']) {
    scenario(
      `error of the ${side} is json for a caller that accepts ${accept}`,
      { covers: ['ERR-REST-09'] },
      async (target) => {
        const seen = await bringAbout(target, [['Accept', accept]])
        expect(faultOf(seen)?.rendering).toBe('rest-json')
      },
    )
  }
}

for (const [side, origin] of [
  ['consumer side', 'clientProxy'],
  ['provider side', 'serverProxy'],
] as const) {
  scenario(`error of the ${side} says so in its type`, { covers: ['ERR-REST-10'] }, async (target) => {
    expect(faultOf(await situations[side](target))?.meaning?.origin).toBe(origin)
  })
}

scenario(
  'missing certificate over rest is status 500 with the error header',
  { covers: ['ERR-REST-11'] },
  async (target) => {
    const seen = await situations['consumer side'](target)
    expect(seen).toBeFault('certificateMissing', { client: target.client('https') })
    expect(seen.kind === 'response' && headerValues(seen, 'x-road-error')).toEqual([faultOf(seen)?.code])
  },
)

scenario('unknown caller over rest is status 500', { covers: ['ERR-REST-17'] }, async (target) => {
  const client = target.clientInState('saved')
  const seen = await target.rest({ client }).get(target.service('random', 'rest'), '/random')
  expect(seen).toBeFault('clientNotFound', { client })
})

function faultOf(seen: Seen) {
  return seen.kind === 'response' ? parseFault(seen) : undefined
}
