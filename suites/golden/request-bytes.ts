import { fillPlaceholders, type Placeholders, toBuffer } from './bytes.ts'
import type { GoldenRequest } from './golden-case.ts'

/** Head and body exactly as they go over the wire. */
export function requestBytes(request: GoldenRequest, values: Placeholders): { head: Buffer; body: Buffer } {
  const body = request.body === undefined ? Buffer.alloc(0) : toBuffer(request.body, values)
  if (request.raw !== undefined) return { head: toBuffer(request.raw, values), body }
  const lines = [
    `${request.method} ${request.target ?? '/'} ${request.version ?? 'HTTP/1.1'}`,
    ...(request.headers ?? []).map(([name, value]) => `${name}: ${value}`),
  ]
  const head = fillPlaceholders(`${lines.join('\r\n')}\r\n\r\n`, values)
  return { head: Buffer.from(head, request.headEncoding ?? 'utf8'), body }
}
