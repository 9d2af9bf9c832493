import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { bindingsSchema } from '../fixtures/bindings.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { writePrivateFile } from './private-files.ts'

/** What `roadworthy up` leaves in its folder while it runs, so that other commands find it. It holds keys: mode 0600. */
const stateSchema = z.strictObject({
  pid: z.int(),
  profile: z.string(),
  bindings: bindingsSchema,
  /** Codes of the security servers that host each client, by path. */
  hosts: z.record(z.string(), z.array(z.string())),
})

export type RunningState = z.infer<typeof stateSchema>

/** Where `up` and the commands that talk to it meet, unless told otherwise. */
export const defaultFolder = '.roadworthy'

const fileOf = (folder: string) => join(folder, 'running.json')

/** No environment runs where a command looked for one; exit code 3. */
export class NothingRuns extends Error {
  override readonly name = 'NothingRuns'
}

export function writeRunningState(folder: string, state: RunningState): void {
  writePrivateFile(fileOf(folder), JSON.stringify(state))
}

export function removeRunningState(folder: string): void {
  rmSync(fileOf(folder), { force: true })
}

/** The environment that runs with that folder; undefined if there is none, or if the one that was there has died. */
export function findRunningState(folder: string): RunningState | undefined {
  let text: string
  try {
    text = readFileSync(fileOf(folder), 'utf8')
  } catch {
    return undefined
  }
  const state = stateSchema.safeParse(parseJson(text))
  return state.success && isAlive(state.data.pid) ? state.data : undefined
}

/** The environment that runs with that folder; throws NothingRuns if there is none. */
export function requireRunningState(folder: string): RunningState & { bindings: { control: Control } } {
  const state = findRunningState(folder)
  if (state?.bindings.control === undefined) {
    throw new NothingRuns(`nothing runs with the folder ${folder}; start it with: roadworthy up --directory ${folder}`)
  }
  return state as RunningState & { bindings: { control: Control } }
}

type Control = NonNullable<RunningState['bindings']['control']>

/** Throws a UsageError if an environment runs with that folder already. */
export function refuseSecondEnvironment(folder: string): void {
  const running = findRunningState(folder)
  if (running === undefined) return
  throw new UsageError(
    `an environment runs with the folder ${folder} already (process ${running.pid}); stop it, or name another --directory`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
