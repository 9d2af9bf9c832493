import { createHash } from 'node:crypto'
import { asText } from './bytes.ts'
import type { Header, NormalisedBody } from './golden-case.ts'
import { headerValues } from './message-reader.ts'
import { boundaryOf } from './request-hash.ts'

const largestBody = 64 * 1024

/** Names random values in a text; identity where nothing is random. */
export type Rename = (text: string) => string

/** The comparable form of a body: its kind, and the text with random values named. */
export function normaliseBody(bytes: Buffer, headers: readonly Header[], rename: Rename): NormalisedBody {
  if (bytes.length === 0) return { kind: 'empty' }
  if (bytes.length > largestBody) {
    return { kind: 'large', length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
  const text = asText(bytes)
  if (text === undefined) {
    return bytes.indexOf('PK') === 0
      ? { kind: 'zip', entries: zipEntries(bytes) }
      : { kind: 'binary', base64: bytes.toString('base64') }
  }
  return describeText(
    rename(text),
    headers.map(([name, value]) => [name, rename(value)]),
  )
}

/** What kind of body a normalised text is, by its headers and its content. */
export function describeText(text: string, headers: readonly Header[]): NormalisedBody {
  if (text === '') return { kind: 'empty' }
  if (headerValues(headers, 'x-road-error').length > 0) return describeError(text)
  const contentType = headerValues(headers, 'content-type').at(-1) ?? ''
  const boundary = boundaryOf(contentType)
  if (boundary !== undefined) return { kind: 'multipart', text, parts: partsOf(text, boundary) }
  if (/json/i.test(contentType)) return { kind: 'json', text }
  if (/html/i.test(contentType)) return { kind: 'html', title: between(text, 'title') ?? null, text }
  if (/xml/i.test(contentType)) return describeXml(text)
  return { kind: 'text', text }
}

/** A body that the header `X-Road-Error` came with; code and message are absent if the body has no such form. */
function describeError(text: string): NormalisedBody {
  const json = parseJson(text)
  const [code, message] = isRecord(json) ? [json.type, json.message] : [between(text, 'type'), between(text, 'message')]
  return {
    kind: 'rest-error',
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof message === 'string' ? { message } : {}),
    text,
  }
}

function describeXml(text: string): NormalisedBody {
  if (/<(\w[\w.-]*:)?Fault[\s/>]/.test(text)) {
    const [code, message, actor] = ['faultcode', 'faultstring', 'faultactor'].map((name) => between(text, name) ?? null)
    return { kind: 'fault', code: code ?? null, message: message ?? null, actor: actor ?? null, text }
  }
  return { kind: 'xml', text }
}

function between(text: string, element: string): string | undefined {
  return new RegExp(`<${element}(?:\\s[^>]*)?>(.*?)</${element}>`, 's').exec(text)?.[1]
}

function partsOf(text: string, boundary: string): { headers: Header[]; body: NormalisedBody }[] {
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`).slice(1)
  return pieces
    .filter((piece) => !piece.startsWith('--'))
    .map((piece) => {
      const content = piece.slice(piece.indexOf('\n') + 1)
      const [head = '', ...rest] = content.startsWith('\r\n') ? ['', content.slice(2)] : content.split('\r\n\r\n')
      const headers = head
        .split('\r\n')
        .filter((line) => line !== '')
        .map((line): Header => {
          const colon = line.indexOf(':')
          return [line.slice(0, colon), line.slice(colon + 1).trim()]
        })
      return { headers, body: describeText(rest.join('\r\n\r\n'), headers) }
    })
}

/** Names of the entries of a ZIP archive, from its central directory. */
function zipEntries(bytes: Buffer): string[] {
  const names: string[] = []
  for (let at = bytes.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4, 'latin1')) {
    names.push(bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28)))
  }
  return names
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
