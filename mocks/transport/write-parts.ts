import { randomUUID } from 'node:crypto'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { type Body, bodyOf, joinBodies } from '../message/body.ts'

export interface WrittenPart {
  readonly headers: readonly RawHeader[]
  readonly body: Body
}

/** Writes parts as one multipart; large bodies stay where they are until they are sent. `source` goes away with it. */
export function writeParts(parts: readonly WrittenPart[], boundary: string, source: Body): Body {
  const pieces = parts.flatMap(({ headers, body }, index) => {
    const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    return [textOf(`${index === 0 ? '' : '\r\n'}--${boundary}\r\n${fields}\r\n`), body]
  })
  return joinBodies([...pieces, textOf(`\r\n--${boundary}--\r\n`)], source)
}

/** A boundary as the reference makes it: `xtop` for a message, `xatt` for its attachments, and thirty letters. */
export function newBoundary(kind: 'xtop' | 'xatt', uuid: string = randomUUID()): string {
  const digits = uuid.replaceAll('-', '').slice(0, 30)
  return kind + digits.replace(/\d/g, (digit) => String.fromCharCode(0x67 + Number(digit)))
}

function textOf(text: string): Body {
  return bodyOf(Buffer.from(text, 'latin1'))
}
