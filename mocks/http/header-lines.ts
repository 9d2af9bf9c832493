import type { RawHeader } from '../../fixtures/exchange.ts'

/** Not HTTP, or a header that is none: the reference's client has no text for it. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError'
}

/** Headers from their lines, folded ones joined. Throws ResponseError for one without a colon or a name. */
export function parseHeaderLines(lines: readonly string[]): RawHeader[] {
  const whole: string[] = []
  for (const line of lines) {
    const last = whole.length - 1
    if (/^[ \t]/.test(line) && last >= 0) whole[last] += ` ${line.replace(/^[ \t]+/, '')}`
    else whole.push(line)
  }
  return whole.map((line) => {
    const colon = line.indexOf(':')
    const name = trimBlanks(line.slice(0, Math.max(colon, 0)))
    if (name === '') throw new ResponseError(`Invalid header: ${line}`)
    return [name, trimBlanks(line.slice(colon + 1))]
  })
}

/** Trims what the client trims; not what JavaScript calls blank: 0xA0 is the second byte of `à`. */
export function trimBlanks(text: string): string {
  return text.replace(/^[ \t\r\n]+|(?<![ \t\r\n])[ \t\r\n]+$/g, '')
}
