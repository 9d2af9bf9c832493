import { type Part, readMultipart } from '../client/multipart.ts'
import type { Response } from './answer.ts'
import { headerValue } from './response.ts'

/** The parts of a SOAP answer, the message first; an answer without attachments is one part. */
export function readParts(response: Pick<Response, 'headers' | 'body'>): readonly Part[] {
  const boundary = boundaryOf(response)
  return boundary === undefined
    ? [{ headers: [], body: response.body }]
    : (readMultipart(response.body, boundary) ?? [])
}

/** The bytes of the message in a SOAP answer, without its attachments. */
export function soapPart(response: Pick<Response, 'headers' | 'body'>): Buffer {
  return Buffer.from(readParts(response)[0]?.body ?? '')
}

/** What separates the parts of a multipart message; undefined for another. */
export function boundaryOf(message: Pick<Response, 'headers'>): string | undefined {
  const type = headerValue(message, 'content-type') ?? ''
  const [, quoted, bare] = /^multipart\/.*;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type) ?? []
  return quoted ?? bare
}
