import type { RawHeader } from '../../fixtures/exchange.ts'

/** A part of a multipart body, with its headers as they are to be written. */
export interface Part {
  readonly headers: readonly RawHeader[]
  readonly body: Buffer | string
}

/** Writes `multipart/related` in the way of RFC 2046. The boundary must not occur in the parts. */
export function writeMultipart(parts: readonly Part[], boundary: string): Buffer {
  const pieces = parts.flatMap(({ headers, body }) => [
    Buffer.from(`--${boundary}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

/** The parts of a multipart body, header names in lower case; undefined if the boundary does not enclose any. */
export function readMultipart(bytes: Buffer, boundary: string): Part[] | undefined {
  const pieces = `\r\n${bytes.toString('latin1')}`.split(`\r\n--${boundary}`)
  const inside = pieces.slice(1, -1)
  if (inside.length === 0 || !pieces.at(-1)?.startsWith('--')) return undefined
  return inside.map((piece) => {
    const [head = '', ...rest] = piece.slice('\r\n'.length).split('\r\n\r\n')
    const lines = head.split('\r\n').filter((line) => line !== '')
    return {
      headers: lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const
      }),
      body: Buffer.from(rest.join('\r\n\r\n'), 'latin1'),
    }
  })
}
