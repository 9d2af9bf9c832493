import fc from 'fast-check'
import type { ProviderScript } from '../../fixtures/provider-script.ts'
import { mutate, mutation } from './mutation.ts'
import { answers, requests } from './seeds.ts'

/** What a hostile client does on one connection, and what the provider behind does to the call that may come of it. */
export interface Attack {
  readonly listener: 'http' | 'https'
  /** TCP bytes instead of TLS, on the HTTPS listener. */
  readonly raw: boolean
  readonly packets: readonly Buffer[]
  readonly end: 'fin' | 'rst'
  readonly provider: ProviderScript | undefined
}

/** The place of a message identifier that the attacker makes for each attack. */
export const idPlaceholder = 'ATTACK-ID'

const hostile = fc
  .tuple(fc.constantFrom(...requests), fc.array(mutation, { maxLength: 4 }))
  .map(([seed, mutations]) => mutations.reduce(mutate, seed))
const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
const bytes = fc
  .array(fc.oneof({ weight: 9, arbitrary: hostile }, { weight: 1, arbitrary: noise }), { minLength: 1, maxLength: 3 })
  .map((pieces) => Buffer.concat(pieces))

const provider = fc
  .tuple(
    fc.constantFrom(...answers),
    fc.array(mutation, { maxLength: 3 }),
    fc.array(fc.nat(), { maxLength: 2 }),
    fc.constantFrom('fin', 'rst', undefined),
    fc.constantFrom('request', 'headers'),
  )
  .map(([seed, mutations, cuts, close, when]): ProviderScript => {
    const pieces = split(mutations.reduce(mutate, seed), cuts)
    const sends = pieces.map((piece) => ({ sendBase64: piece.toString('base64') }))
    return { when, actions: [...sends, ...(close === undefined ? [] : [{ close }])] }
  })

export const attack: fc.Arbitrary<Attack> = fc.record({
  listener: fc.constantFrom('http', 'http', 'http', 'https'),
  raw: fc.boolean(),
  packets: fc.tuple(bytes, fc.array(fc.nat(), { maxLength: 4 })).map(([whole, cuts]) => split(whole, cuts)),
  end: fc.constantFrom('fin', 'fin', 'fin', 'rst'),
  provider: fc.option(provider, { nil: undefined, freq: 2 }),
})

function split(whole: Buffer, cuts: readonly number[]): Buffer[] {
  const offsets = [...cuts.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b)
  return offsets.map((offset, index) => whole.subarray(offsets[index - 1] ?? 0, offset))
}
