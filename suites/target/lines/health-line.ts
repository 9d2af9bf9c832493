import { request } from 'undici'
import type { Scene } from '../cast/scene.ts'
import { NotApplicable } from '../not-applicable.ts'

/** What a server tells monitoring systems. */
export interface HealthSeen {
  readonly status: number
  readonly body: string
}

/** Milliseconds that an answer may take: a check of the reference gives up after five seconds. */
const timeLimit = 10_000

/** Asks how a server is, on the interface that is there for it. */
export async function askHealth(
  { bindings }: Scene,
  server: string,
  { method, path }: { readonly method: 'GET' | 'POST' | 'PUT'; readonly path: string },
): Promise<HealthSeen> {
  const address = bindings.servers[server]?.healthCheck
  if (address === undefined) throw new NotApplicable(`the bindings do not say where the health of ${server} is told`)
  const signal = AbortSignal.timeout(timeLimit)
  const { statusCode, body } = await request(new URL(path, address), { method, signal })
  return { status: statusCode, body: await body.text() }
}
