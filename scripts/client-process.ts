import { spawn } from 'node:child_process'
import { UsageError } from '../fixtures/usage-error.ts'

/** How the command of a client under test ended. */
export type EndedClient =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  /** It was still there when its time was up, and was ended. */
  | { readonly kind: 'overdue' }

export interface ClientCommand {
  readonly command: readonly string[]
  /** Variables beside those of this process. */
  readonly environment: Readonly<Record<string, string>>
  readonly seconds: number
  /** Ends it early. */
  readonly signal: AbortSignal
}

/**
 * Starts the command of a client under test and waits for its end; what it writes goes to standard error. Nothing that it
 * has started outlives it. Throws a UsageError if it cannot be started.
 */
export function runClient({ command, environment, seconds, signal }: ClientCommand): Promise<EndedClient> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    if (program === '') throw new UsageError('the command behind -- is empty; write the command of your client there')
    // A process group of its own can be ended whole.
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', process.stderr, process.stderr],
      detached: true,
    })
    let overdue = false
    const kill = () => {
      if (child.pid !== undefined) killGroup(child.pid)
    }
    const timer = setTimeout(() => {
      overdue = true
      kill()
    }, seconds * 1000)
    const ended = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', kill)
      kill()
    }
    signal.addEventListener('abort', kill, { once: true })
    if (signal.aborted) kill()
    child.once('error', (cause: NodeJS.ErrnoException) => {
      ended()
      reject(new UsageError(`cannot start ${program} (${cause.code}); write the command of your client behind --`))
    })
    child.once('exit', (code, signalName) => {
      ended()
      if (overdue) resolve({ kind: 'overdue' })
      else if (code === null) resolve({ kind: 'killed', signal: signalName ?? 'SIGKILL' })
      else resolve({ kind: 'exited', code })
    })
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}
