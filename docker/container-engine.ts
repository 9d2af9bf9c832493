import { spawn } from 'node:child_process'

export interface EngineAnswer {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** There is no container engine to work with, or none that can do it; one sentence, exit code 3. */
export class NoEngine extends Error {
  override readonly name = 'NoEngine'
}

export interface ProgramOptions {
  readonly input?: Buffer
  /** Milliseconds; ten minutes by default. */
  readonly timeout?: number
  /** Variables beside those of this process. */
  readonly variables?: Readonly<Record<string, string>>
}

/** Runs the engine's command line to its end. Throws a NoEngine if there is none on this machine. */
export function engine(args: readonly string[], input?: Buffer, timeout?: number): Promise<EngineAnswer> {
  return runProgram('docker', args, { ...(input && { input }), ...(timeout && { timeout }) })
}

/** The same of another program that works with an engine. */
export function runProgram(
  program: string,
  args: readonly string[],
  { input, timeout = 600_000, variables = {} }: ProgramOptions = {},
): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...variables }
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], timeout })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new NoEngine(`the command ${program} cannot be run (${cause.code}); install a container engine`, { cause }),
      )
    })
    child.once('close', (code) => resolve({ code, stdout, stderr }))
    // An engine that stops reading says why on standard error.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** Makes sure that an engine answers this user. Throws a NoEngine that says what is in the way. */
export async function requireEngine(): Promise<void> {
  const { code, stderr } = await engine(['version', '--format', '{{.Server.APIVersion}}'], undefined, 20_000)
  if (code === 0) return
  if (/permission denied/i.test(stderr)) {
    throw new NoEngine('the container engine does not let this user in; add the user to its group, or ask its owner')
  }
  throw new NoEngine('no container engine answers; start one, or name it in DOCKER_HOST')
}

/** Makes sure that the engine did what it was asked for. Throws a NoEngine with what it said last, or that its disk is full. */
export function requireDone(what: string, { code, stderr }: EngineAnswer): void {
  if (code === 0) return
  if (/no space left on device/.test(stderr)) {
    throw new NoEngine('the container engine has no space left on its disk; make some, and try again')
  }
  const lines = stderr.trimEnd().split('\n')
  const last = (lines.findLast((line) => /error|fail/i.test(line)) ?? lines.at(-1))?.trim().replace(/\.$/, '')
  const how = code === null ? 'was stopped, or took too long' : `ended with ${code}`
  throw new NoEngine(`${what} ${how}${last ? `: ${last}` : ''}`)
}
