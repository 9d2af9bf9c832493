import { request } from 'undici'
import { z } from 'zod'
import { UsageError } from '../../fixtures/usage-error.ts'
import { nameOf } from '../http/error-name.ts'
import { readBounded } from '../http/read-bounded.ts'

/** The control interface of another process of the same environment. */
export interface RemoteControl {
  /**
   * The answer to a request; rejects with a UsageError that says why it is refused, and with a SilentRemote where nobody
   * answers.
   */
  ask(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown>
}

/** Nobody answers: the process is down, or there is none. */
export class SilentRemote extends UsageError {}

/** Milliseconds and bytes that an answer may take. */
const timeLimit = 5000
const sizeLimit = 256 * 1024 * 1024

const refusal = z.object({ error: z.string() })

/** `name` is what a refusal calls it by, `url` its address. */
export function remoteControl(name: string, url: string, token: string): RemoteControl {
  async function exchange(method: string, path: string, body: unknown): Promise<{ status: number; text: string }> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) }
    const options = { method, headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(timeLimit) }
    const answer = await request(new URL(path, url), { ...options, ...json })
    const bytes = await readBounded(answer.body, sizeLimit, name)
    return { status: answer.statusCode, text: bytes.toString('utf8') }
  }

  return {
    async ask(method, path, body) {
      const { status, text } = await exchange(method, path, body).catch((error: Error) => {
        const why = `${name} does not answer at ${new URL(url).origin} (${nameOf(error)})`
        throw new SilentRemote(why, { cause: error })
      })
      const said = parse(text)
      if (status === 200 && said !== undefined) return said
      if (status === 401) throw new UsageError(`${name} was started with another token; give all parts the same`)
      const { data } = refusal.safeParse(said)
      if (status === 409 && data !== undefined) throw new UsageError(data.error)
      throw new UsageError(`${name} refuses ${method} ${path}: ${data?.error ?? `${status}, and no JSON`}`)
    },
  }
}

/** Asks side by side, and leaves out who does not answer: what is down does nothing either. */
export async function askAll<T, One>(all: readonly One[], ask: (one: One, index: number) => Promise<T>): Promise<T[]> {
  const outcomes = await Promise.allSettled(all.map(ask))
  const refused = outcomes.find((outcome) => outcome.status === 'rejected' && !(outcome.reason instanceof SilentRemote))
  if (refused?.status === 'rejected') throw refused.reason
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
