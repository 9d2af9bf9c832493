import type { GoldenCase, Outcomes } from './golden-case.ts'
import { normaliseOutcomes } from './normalise.ts'
import { type ClientSide, sendCase } from './raw-client.ts'
import type { ScriptedProvider } from './scripted-provider.ts'

/**
 * Sends one case to the server and returns what came, in the comparable form. Cases must run one at a time: they share
 * the provider. `timeoutMs` is how long an answer may take where the case does not say (15 seconds).
 */
export async function replayCase(
  golden: GoldenCase,
  side: ClientSide,
  provider: ScriptedProvider,
  timeoutMs?: number,
): Promise<Outcomes> {
  const { host, port } = side[golden.listener]
  const values = { host: `${host}:${port}`, ...provider.addresses }
  provider.expect(golden.provider, values)
  const timed = timeoutMs === undefined || golden.timeoutMs !== undefined ? golden : { ...golden, timeoutMs }
  const responses = await sendCase(timed, side, values)
  const aborted = golden.requests.some((request) => request.abortAfter !== undefined)
  const { requests, events } = await provider.collect(aborted)
  return normaliseOutcomes(golden, values, { responses, provider: requests, events })
}
