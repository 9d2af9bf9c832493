import type { ExitCode } from './exit-code.ts'

/** Data for programs, one line of JSON on standard output. */
export function print(data: unknown): void {
  process.stdout.write(`${JSON.stringify(data)}\n`)
}

/** A sentence for people. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Tells people, and programs if they listen, why a command ends before anything was judged. */
export function end(exitCode: ExitCode, message: string, { json }: { readonly json?: true }): ExitCode {
  say(message)
  if (json) print({ exitCode, error: message })
  return exitCode
}
