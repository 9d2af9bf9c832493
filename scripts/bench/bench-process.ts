import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { extname, join } from 'node:path'
import { UsageError } from '../../fixtures/usage-error.ts'
import { WrongAnswer } from './wrong-answer.ts'

/** What a process of the benchmark can be asked, by name. Arguments and answers travel as structured clones. */
export type Offers = Readonly<Record<string, (argument: never) => unknown>>

export interface Question {
  readonly number: number
  readonly name: string
  readonly argument: unknown
}

export type Answer =
  | { readonly number: number; readonly value: unknown }
  | {
      readonly number: number
      readonly error: { readonly kind: string; readonly message: string; readonly stack: string }
    }

export interface BenchProcess<Asked extends Offers> extends AsyncDisposable {
  /** Rejects with what the process threw, if it ends, and with the signal's reason. */
  ask<Name extends keyof Asked & string>(
    name: Name,
    ...argument: Parameters<Asked[Name]>
  ): Promise<Awaited<ReturnType<Asked[Name]>>>
}

/** Entry files of this folder. */
type Entry = 'mock-server' | 'bare-server' | 'load-generator'

/** Milliseconds a process may take to end by itself. */
const patience = 5000

/** Starts an entry file as a process of its own, on one core if a number is given. */
export function startProcess<Asked extends Offers>(
  entry: Entry,
  core: number | undefined,
  signal: AbortSignal,
): BenchProcess<Asked> {
  signal.throwIfAborted()
  const child = fork(join(import.meta.dirname, entry + extname(import.meta.filename)), [], {
    // taskset becomes the process that it starts, so the channel and the process id stay the same.
    ...(core === undefined ? { execArgv: [] } : { execPath: 'taskset', execArgv: ['-c', `${core}`, process.execPath] }),
    serialization: 'advanced',
    // Standard output is for the figures alone.
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const giveUp = (reason: unknown) => {
    for (const { reject } of waiting.values()) reject(reason)
    waiting.clear()
  }
  let number = 0
  child.on('message', (message) => {
    const answer = message as Answer
    const asked = waiting.get(answer.number)
    waiting.delete(answer.number)
    if ('value' in answer) asked?.resolve(answer.value)
    else asked?.reject(revive(answer.error))
  })
  child.once('error', giveUp)
  child.once('exit', (code) => giveUp(new Error(`${entry} ended with exit code ${code}`)))
  const interrupt = () => giveUp(signal.reason)
  signal.addEventListener('abort', interrupt, { once: true })
  return {
    ask(name, argument?: unknown) {
      signal.throwIfAborted()
      const asked = Promise.withResolvers<unknown>()
      number += 1
      waiting.set(number, asked)
      child.send({ number, name, argument } satisfies Question)
      // What the other side offers under that name is what it answers.
      return asked.promise as Promise<never>
    },
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', interrupt)
      await end(child)
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), patience)
  if (child.connected) child.disconnect()
  await ended
  clearTimeout(timer)
}

function revive({ kind, message, stack }: { kind: string; message: string; stack: string }): Error {
  if (kind === 'UsageError') return new UsageError(message)
  if (kind === 'WrongAnswer') return new WrongAnswer(message)
  return Object.assign(new Error(message), { stack })
}

/** One core for the servers and one for the load, where taskset can tell processes apart. */
export function separateCores(): { readonly server: number; readonly load: number } | undefined {
  const works = (core: number) => spawnSync('taskset', ['-c', `${core}`, 'true']).status === 0
  return availableParallelism() > 1 && works(0) && works(1) ? { server: 0, load: 1 } : undefined
}
