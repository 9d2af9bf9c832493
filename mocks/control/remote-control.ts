import { UsageError } from '../../fixtures/usage-error.ts'

/** The control interface of another process of the same environment. */
export interface RemoteControl {
  /** The answer to a request; rejects with a UsageError that says why it is refused, or that nobody answers. */
  ask(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown>
}

/** Milliseconds that an answer may take. */
const timeLimit = 8000

/** `name` is what a refusal calls it by, `url` its address. */
export function remoteControl(name: string, url: string, token: string): RemoteControl {
  return {
    async ask(method, path, body) {
      const asked = new URL(path, url)
      const headers = { authorization: `Bearer ${token}` }
      const signal = AbortSignal.timeout(timeLimit)
      const json = body === undefined ? {} : { body: JSON.stringify(body) }
      const answer = await fetch(asked, { method, headers, signal, ...json }).catch((error: Error) => {
        const { code } = (error.cause ?? {}) as NodeJS.ErrnoException
        throw new UsageError(`${name} does not answer at ${asked.origin} (${code ?? error.name})`, { cause: error })
      })
      const said = (await answer.json()) as { readonly error?: string }
      if (answer.ok) return said
      const why = answer.status === 401 ? 'it was started with another token' : said.error
      throw new UsageError(answer.status === 409 ? `${why}` : `${name} refuses ${method} ${path}: ${why}`)
    },
  }
}
