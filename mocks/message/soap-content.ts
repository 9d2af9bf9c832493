import { fault } from '../fault/fault.ts'
import { type Body, BodyTooLarge } from './body.ts'
import { type ContentType, type MediaTypeReading, parseContentType, soapCharset } from './content-type.ts'
import { type MessagePart, parseMultipart, partHeader } from './multipart.ts'
import type { OnCentralService } from './soap-header.ts'
import { parseSoapMessage, type SoapFault, type SoapMessage } from './soap-message.ts'

/** The content of a SOAP request or answer: the SOAP part, and all parts of a multipart body, attachments included. */
export interface SoapContent {
  readonly soap: SoapMessage | SoapFault
  /** The SOAP part exactly as received. */
  readonly part: Buffer
  /** What the type of the SOAP part says of its characters. */
  readonly charset: string
  /** Undefined for a body that is the SOAP part itself. */
  readonly parts: readonly MessagePart[] | undefined
}

/** What is taken of a message: of its parts, if it is multipart, and of the SOAP part. */
export interface SoapReception {
  receivedParts(parts: readonly MessagePart[]): readonly MessagePart[]
  receivedPart(part: Buffer): Buffer
  /** Told of a central service, in releases that know them. */
  readonly onCentralService?: OnCentralService
}

const asReceived: SoapReception = { receivedParts: (parts) => parts, receivedPart: (part) => part }

/** What a SOAP part may take in memory; attachments do not count. */
export const soapLimit = 128 * 1024 * 1024

const soapTypes = ['text/xml', 'application/xop+xml']

/** Finds and parses the SOAP part; throws a FaultError without origin. `missing` is the fault for a multipart without any part, `reception` what is taken of what came. */
export async function parseSoapContent(
  body: Body,
  type: ContentType,
  missing: () => Error,
  reception: SoapReception = asReceived,
): Promise<SoapContent> {
  if (isSoap(type)) return { ...(await parsePart(body, type, reception)), parts: undefined }
  const isMultipart = type.mediaType.toLowerCase() === 'multipart/related'
  // Without a boundary the whole is one part, and of that type.
  if (isMultipart && type.boundary === undefined) soapCharset(type)
  if (!isMultipart || type.boundary === undefined) throw fault('contentTypeInvalid', { type: type.mediaType })
  const parts = reception.receivedParts(await parseMultipart(body, type.boundary))
  const [first, ...attachments] = parts
  if (first === undefined) throw missing()
  const content = await parsePart(first.body, partType(first, type.reading), reception)
  for (const attachment of attachments) requireType(attachment)
  return { ...content, parts }
}

async function parsePart(body: Body, type: ContentType, { receivedPart, onCentralService }: SoapReception) {
  const charset = soapCharset(type)
  if (!isSoap(type)) throw fault('contentTypeInvalid', { type: type.mediaType })
  const part = receivedPart(await readSoap(body))
  return { soap: parseSoapMessage(part, onCentralService), part, charset }
}

function isSoap({ mediaType }: ContentType): boolean {
  return soapTypes.includes(mediaType.toLowerCase())
}

function readSoap(body: Body): Promise<Buffer> {
  if (body.length > soapLimit) throw new BodyTooLarge(`a SOAP part of more than ${soapLimit} bytes`)
  return body.read()
}

function partType(part: MessagePart, reading: MediaTypeReading): ContentType {
  const type = parseContentType(requireType(part), reading)
  if (type === undefined) throw fault('contentTypeBlank')
  return type
}

function requireType(part: MessagePart): string {
  const value = partHeader(part, 'content-type')
  if (value === undefined) throw fault('partContentTypeMissing')
  return value
}
