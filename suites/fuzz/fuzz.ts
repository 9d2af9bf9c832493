import fc from 'fast-check'
import { type Attack, attack } from './attack.ts'
import { type AttackTarget, carryOut } from './attacker.ts'
import { findFault } from './judge-bytes.ts'

export interface FuzzOptions {
  readonly seed?: number
  /** The way to the attack that a run before has found. */
  readonly path?: string
  readonly runs: number
  /** Milliseconds; without it all runs are made. */
  readonly time?: number
  /** What went wrong in the process since it was last asked: warnings, unhandled rejections. */
  defects(): readonly string[]
}

const goodRequest = Buffer.from(
  'GET /r1/FI/GOV/1/Good/rest/good HTTP/1.1\r\nHost: ss1\r\nX-Road-Client: FI/GOV/1/Client\r\nConnection: close\r\n\r\n',
)

/**
 * Attacks a server, some connections at a time, and gives the number of attacks; rejects with the smallest attack that it
 * does not withstand, and its seed.
 */
export async function fuzz(target: AttackTarget, { seed, path, runs, time, defects }: FuzzOptions): Promise<number> {
  let count = 0
  const attacks = fc.array(attack, { minLength: 1, maxLength: 40 })
  const property = fc.asyncProperty(attacks, async (together) => {
    await Promise.all(
      together.map(async (one) => {
        const name = `A${(count++).toString(36)}`
        const received = await carryOut(one, target, name).catch((error: Error) => error.message)
        const found = typeof received === 'string' ? received : findFault(received)
        if (found !== undefined) throw new Error(`${found}\n${describe(one)}\n← ${String(received)}`)
      }),
    )
    const good = { listener: 'http', raw: true, packets: [goodRequest], end: 'fin', provider: undefined } as const
    const answer = await carryOut(good, target, 'good')
    if (!answer.toString('latin1').startsWith('HTTP/1.1 200 ')) {
      throw new Error(`a good request is no longer served:\n${together.map(describe).join('\n')}\n← ${answer}`)
    }
    const [defect] = defects()
    if (defect !== undefined) throw new Error(defect)
  })
  await fc.assert(property, {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
    ...(time === undefined ? {} : { interruptAfterTimeLimit: time, markInterruptAsFailure: false }),
  })
  return count
}

function describe({ listener, raw, packets, end, provider }: Attack): string {
  const sent = packets.map((packet) => `→ ${JSON.stringify(packet.toString('latin1'))}`)
  const scripted = provider?.actions.map((action) =>
    'sendBase64' in action ? Buffer.from(action.sendBase64, 'base64').toString('latin1') : action,
  )
  return [`${listener}${raw ? ' (no TLS)' : ''}, ${end}`, ...sent, `provider: ${JSON.stringify(scripted)}`].join('\n')
}
