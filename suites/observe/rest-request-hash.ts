import { createHash } from 'node:crypto'
import type { RawHeader } from '../../fixtures/exchange.ts'

/** The HTTP client of the security server writes these itself; no hash covers them. */
const uncovered: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'user-agent',
  'content-length',
  'transfer-encoding',
])

/**
 * The request hash that an answer must carry (PR-REST 4.3): Base64 of the SHA-512 of the request line without version and
 * the headers; where there is a body, of the digests of these and of the body. `headers` are those that the provider received.
 */
export function restRequestHash(
  method: string,
  target: string,
  headers: readonly RawHeader[],
  body: Buffer = Buffer.alloc(0),
): string {
  const covered = headers.filter(([name]) => !uncovered.has(name.toLowerCase()))
  const lines = [`${method} ${target}`.replace(' ', '\r\n'), ...covered.map(([name, value]) => `${name}:${value}`)]
  const message = sha512(Buffer.from(lines.map((line) => `${line}\r\n`).join('')))
  return (body.length === 0 ? message : sha512(Buffer.concat([message, sha512(body)]))).toString('base64')
}

function sha512(bytes: Buffer): Buffer {
  return createHash('sha512').update(bytes).digest()
}
