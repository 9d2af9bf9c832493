/** Data for programs, one line of JSON on standard output. */
export function print(data: unknown): void {
  process.stdout.write(`${JSON.stringify(data)}\n`)
}

/** A sentence for people. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
