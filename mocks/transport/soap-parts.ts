import { type Body, bodyOf, emptyBody } from '../message/body.ts'
import type { MessagePart } from '../message/multipart.ts'
import { soapLimit } from '../message/soap-content.ts'
import type { ReceivedParts } from './received-parts.ts'
import { TransportError } from './transport-error.ts'
import { isMultipart, partTypes } from './transport-headers.ts'
import { newBoundary, type WrittenPart, writeParts } from './write-parts.ts'

export interface SoapParts {
  readonly part: Buffer
  /** All parts of a message of a multipart type, the SOAP part first. */
  readonly parts: readonly MessagePart[] | undefined
}

/** The SOAP part under its own header, and the attachments as a multipart within the message. */
export function soapParts(part: Body, parts: readonly MessagePart[] | undefined): WrittenPart[] {
  const [first, ...attachments] = parts ?? []
  const soap = { headers: first?.headers ?? [['content-type', partTypes.soap] as const], body: part }
  if (attachments.length === 0) return [soap]
  const boundary = newBoundary('xatt')
  const body = writeParts(attachments, boundary, emptyBody)
  return [soap, { headers: [['content-type', `multipart/mixed; charset=UTF-8; boundary=${boundary}`]], body }]
}

/** Reads the same again; `contentType` is that of the message as information systems know it. */
export async function readSoapParts(received: ReceivedParts, contentType: string): Promise<SoapParts> {
  const soap = await received.first()
  const body = await received.keep(soap)
  if (body.length > soapLimit) throw new TransportError(`a SOAP part of more than ${soapLimit} bytes`)
  const part = await body.read()
  if (!isMultipart(contentType)) return { part, parts: undefined }
  const parts: MessagePart[] = [{ headers: soap.headers, body: bodyOf(part) }]
  const attachments = await received.next()
  const stream = attachments && received.within(attachments)
  for (let one = await stream?.next(); one !== undefined; one = await stream?.next()) {
    parts.push({ headers: one.headers, body: await received.keep(one) })
  }
  return { part, parts }
}
