import fc from 'fast-check'
import { attack } from './attack.ts'
import { type AttackTarget, carryOut } from './attacker.ts'
import { findFault } from './judge-bytes.ts'

export interface FuzzOptions {
  readonly seed?: number
  readonly runs: number
  /** Milliseconds; without it all runs are made. */
  readonly time?: number
  /** What went wrong in the process since it was last asked: warnings, unhandled rejections. */
  defects(): readonly string[]
}

const goodRequest = Buffer.from(
  'GET /r1/FI/GOV/1/Provider/rest/good HTTP/1.1\r\nHost: ss1\r\nX-Road-Client: FI/GOV/1/Client\r\nConnection: close\r\n\r\n',
)

/**
 * Attacks a server, some connections at a time, and gives the number of attacks; rejects with the smallest attack that it
 * does not withstand, and its seed.
 */
export async function fuzz(target: AttackTarget, { seed, runs, time, defects }: FuzzOptions): Promise<number> {
  let count = 0
  const attacks = fc.array(attack, { minLength: 1, maxLength: 40 })
  const property = fc.asyncProperty(attacks, async (together) => {
    await Promise.all(
      together.map(async (one) => {
        const received = await carryOut(one, target, `A${(count++).toString(36)}`)
        const found = findFault(received)
        if (found !== undefined) throw new Error(`${found}:\n${received.toString('latin1').slice(0, 2000)}`)
      }),
    )
    const good = { listener: 'http', raw: true, packets: [goodRequest], end: 'fin', provider: undefined } as const
    const answer = await carryOut(good, target, 'good')
    if (!answer.toString('latin1').startsWith('HTTP/1.1 200 ')) throw new Error('a good request is no longer served')
    const [defect] = defects()
    if (defect !== undefined) throw new Error(defect)
  })
  await fc.assert(property, {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed }),
    ...(time === undefined ? {} : { interruptAfterTimeLimit: time, markInterruptAsFailure: false }),
  })
  return count
}
