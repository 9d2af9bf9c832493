import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** A server in a process of its own, on a port that the system chose. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number
}

export interface RunningProgram extends AsyncDisposable {
  /** What it has printed so far; rejects with that if the program ends before the text is found. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** Rejects when the program ends. */
  readonly failure: Promise<never>
}

const printedLimit = 100_000

export function startProgram(command: string, options: readonly string[]): RunningProgram {
  const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  const hear = (chunk: Buffer) => {
    if (text.length < printedLimit) text += chunk.toString('latin1')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const failure = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}: ${text}`)))
  })
  // It also rejects when the program is stopped on purpose, and then nobody listens.
  failure.catch(() => {})
  const found = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve) => {
      const look = () => {
        const match = pattern.exec(text)
        if (match !== null) resolve(match)
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      look()
    })
  return {
    printed: (pattern) => Promise.race([found(pattern), failure]),
    failure,
    [Symbol.asyncDispose]: () => stopProcess(child),
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** The first of these commands that this machine has, or undefined. */
export function findCommand(names: readonly string[]): string | undefined {
  return names.find((name) => spawnSync(name, ['-v'], { stdio: 'ignore' }).error === undefined)
}
