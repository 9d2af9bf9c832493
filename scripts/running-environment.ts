import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { bindingsSchema } from '../fixtures/bindings.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { controlClient } from '../suites/client/control-client.ts'
import { createPrivateFile, writePrivateFile } from './private-files.ts'
import { shellWord } from './shell-word.ts'

const runningSchema = z.strictObject({
  pid: z.int(),
  profile: z.string(),
  bindings: bindingsSchema.required({ control: true }),
  /** Codes of the security servers that host each client, by path. */
  hosts: z.record(z.string(), z.array(z.string())),
})
const stateSchema = z.union([runningSchema, z.strictObject({ pid: z.int() })])

/** What `roadworthy up` leaves in its folder while it runs, so that other commands find it. It holds keys: mode 0600. */
export type RunningState = z.infer<typeof runningSchema>
/** The same, or that `up` is still starting. */
type State = z.infer<typeof stateSchema>

/** Where `up` and the commands that talk to it meet, unless told otherwise. */
export const defaultFolder = '.roadworthy'

const fileOf = (folder: string) => join(folder, 'running.json')

/** No environment runs where a command looked for one; exit code 3. */
export class NothingRuns extends Error {
  override readonly name = 'NothingRuns'
}

/** Takes a folder for the environment of this process. Throws a UsageError if another runs with it. */
export async function claimFolder(folder: string): Promise<void> {
  const claim = JSON.stringify({ pid: process.pid } satisfies State)
  if (createPrivateFile(fileOf(folder), claim)) return
  const running = await findState(folder)
  if (running === undefined) {
    // What stands there was left by an environment that was killed.
    rmSync(fileOf(folder), { force: true })
    if (createPrivateFile(fileOf(folder), claim)) return
  }
  const who = running === undefined ? '' : ` (process ${running.pid})`
  throw new UsageError(
    `an environment runs with the folder ${folder} already${who}; stop it, or name another --directory`,
  )
}

/** Says how to reach the environment of a folder that this process has claimed. */
export function writeRunningState(folder: string, state: RunningState): void {
  writePrivateFile(fileOf(folder), JSON.stringify(state))
}

/** Gives a folder back that this process has claimed. */
export function releaseFolder(folder: string): void {
  if (readState(folder)?.pid === process.pid) rmSync(fileOf(folder), { force: true })
}

/** The environment that runs with that folder; throws NothingRuns if there is none. */
export async function requireRunningState(folder: string): Promise<RunningState> {
  const state = await findState(folder)
  if (state !== undefined && 'bindings' in state) return state
  throw new NothingRuns(
    state === undefined
      ? `nothing runs with the folder ${folder}; start it with: roadworthy up --directory ${shellWord(folder)}`
      : `the environment of the folder ${folder} is still starting; try again in a moment`,
  )
}

/** What lives in a folder; undefined if there is nothing, or if what was there has died. */
async function findState(folder: string): Promise<State | undefined> {
  const state = readState(folder)
  if (state === undefined || !isAlive(state.pid)) return undefined
  if (!('bindings' in state)) return state
  // Another process may have got the number of one that has died; only the real one knows the token.
  const lives = await controlClient(state.bindings.control)
    .ready()
    .then(
      () => true,
      // A process that has been halted is still there.
      (error: Error) => error.name === 'TimeoutError',
    )
  return lives ? state : undefined
}

function readState(folder: string): State | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(fileOf(folder), 'utf8')))
  } catch {
    return undefined
  }
}

/** Whether there is another process of that number. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
