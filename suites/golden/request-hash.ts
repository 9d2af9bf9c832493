import { createHash } from 'node:crypto'
import type { Header } from './golden-case.ts'
import { framingOf, headerValues, readBody, readHead } from './message-reader.ts'

const notForwarded = new Set(
  'transfer-encoding keep-alive proxy-authenticate proxy-authorization te trailer upgrade connection user-agent host'
    .concat(' content-length server expect x-road-request-id x-road-request-hash')
    .split(' '),
)

/**
 * The values that `x-road-request-hash` may have for a REST request that went over the wire as these bytes. The hash is
 * over the headers as they are forwarded: a server that rewrites some (letter case of well-known values, characters
 * that it cannot encode) hashes what it forwards, so the headers that the provider saw count as well.
 */
export function restRequestHashes(
  sent: Buffer,
  requestId: string,
  generatedId: string | undefined,
  forwarded: readonly (readonly Header[])[],
): string[] {
  const head = readHead(sent)
  if (head === undefined) return []
  const [verb = '', target = ''] = head.line.split(' ')
  const path = target.replace(/^https?:\/\/[^/]*/i, '').replace(/#.*$/, '')
  const framing = framingOf(head.headers, 'request')
  const body = readBody(head.headers, framing, sent.subarray(head.length), true).bytes
  const added: Header[] = [['x-road-request-id', requestId]]
  if (generatedId !== undefined) added.push(['x-road-id', generatedId])
  const candidates = [head.headers, ...forwarded.map(withoutAdded)]
  return candidates.map((headers) => {
    const counted = headers.filter(([name]) => !notForwarded.has(name.toLowerCase())).concat(added)
    const text = `${verb}\r\n${path}\r\n${counted.map(([name, value]) => `${name}:${value}\r\n`).join('')}`
    const message = sha512(Buffer.from(text))
    return (body.length === 0 ? message : sha512(Buffer.concat([message, sha512(body)]))).toString('base64')
  })
}

/** The headers that the provider saw up to the first one that the server added itself. */
function withoutAdded(headers: readonly Header[]): readonly Header[] {
  const end = headers.findIndex(([name]) => name === 'x-road-request-id')
  return end < 0 ? headers : headers.slice(0, end)
}

/** The value that `requestHash` has to have for a SOAP request: over the whole body, or the first part's. */
export function soapRequestHash(sent: Buffer): string {
  const head = readHead(sent)
  if (head === undefined) return ''
  const framing = framingOf(head.headers, 'request')
  const { bytes } = readBody(head.headers, framing, sent.subarray(head.length), true)
  const contentType = headerValues(head.headers, 'content-type')[0] ?? ''
  const boundary = boundaryOf(contentType)
  return sha512(boundary === undefined ? bytes : firstPart(bytes, boundary)).toString('base64')
}

/** The boundary that a multipart media type names. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^\s*multipart\//i.test(contentType)) return undefined
  const found = /;\s*boundary=(?:"([^"]*)"|([^;\s]*))/i.exec(contentType)
  return found?.[1] ?? found?.[2]
}

function firstPart(bytes: Buffer, boundary: string): Buffer {
  const opening = bytes.indexOf(`--${boundary}`)
  const rest = bytes.subarray(bytes.indexOf(10, opening) + 1)
  const head = rest[0] === 13 && rest[1] === 10 ? 2 : (readHead(rest)?.length ?? 0)
  const end = rest.indexOf(`\r\n--${boundary}`, Math.max(head - 2, 0))
  return rest.subarray(head, end < 0 ? undefined : Math.max(end, head))
}

function sha512(bytes: Buffer): Buffer {
  return createHash('sha512').update(bytes).digest()
}
