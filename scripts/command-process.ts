import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { readPackageFacts } from './package-facts.ts'

export interface EndedCommand {
  /** Null if a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command line in a process of its own, as an operator would start it. */
export interface CommandProcess {
  /** Resolves with standard output so far once it contains the text; rejects if the process ends without. */
  printed(text: string): Promise<string>
  /** The same of standard error. */
  said(text: string): Promise<string>
  readonly ended: Promise<EndedCommand>
  kill(signal: NodeJS.Signals): void
}

/** Variables beside those of this process. */
type Environment = Readonly<Record<string, string>>

export function startCommand(args: readonly string[], cwd: string, env: Environment = {}): CommandProcess {
  const cli = join(readPackageFacts().root, 'scripts', 'cli.ts')
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<EndedCommand>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }))
  })
  const contains = (stream: Readable, written: () => string, text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => written().includes(text) && resolve(written())
      stream.on('data', look)
      look()
      ended.then(() => reject(new Error(`ended without writing "${text}": ${stdout}${stderr}`)), reject)
    })
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    printed: (text) => contains(child.stdout, () => stdout, text),
    said: (text) => contains(child.stderr, () => stderr, text),
  }
}

/** Runs a command to its end. */
export function runCommandLine(args: readonly string[], cwd: string, env: Environment = {}): Promise<EndedCommand> {
  return startCommand(args, cwd, env).ended
}
