import { type FaultError, fault } from '../fault/fault.ts'
import { type Body, BodyTooLarge } from './body.ts'
import { type ContentType, parseContentType } from './content-type.ts'
import { type MessagePart, parseMultipart, partHeader } from './multipart.ts'
import { parseSoapMessage, type SoapFault, type SoapMessage } from './soap-message.ts'

/** The content of a SOAP request or answer: the SOAP part, and all parts of a multipart body, attachments included. */
export interface SoapContent {
  readonly soap: SoapMessage | SoapFault
  /** The SOAP part exactly as received. */
  readonly part: Buffer
  /** Undefined for a body that is the SOAP part itself. */
  readonly parts: readonly MessagePart[] | undefined
}

/** What is taken of a message: of its parts, if it is multipart, and of the SOAP part. */
export interface SoapReception {
  receivedParts(parts: readonly MessagePart[]): readonly MessagePart[]
  receivedPart(part: Buffer): Buffer
}

const asReceived: SoapReception = { receivedParts: (parts) => parts, receivedPart: (part) => part }

/** What a SOAP part may take in memory; attachments do not count. */
const soapLimit = 128 * 1024 * 1024

const soapTypes = ['text/xml', 'application/xop+xml']

/** Finds and parses the SOAP part; throws a FaultError without origin. `missing` is the fault for a multipart without any part, `reception` what is taken of what came. */
export async function parseSoapContent(
  body: Body,
  type: ContentType,
  missing: () => FaultError,
  reception: SoapReception = asReceived,
): Promise<SoapContent> {
  const mediaType = type.mediaType.toLowerCase()
  if (soapTypes.includes(mediaType)) {
    const part = reception.receivedPart(await readSoap(body))
    return { soap: parseSoapMessage(part), part, parts: undefined }
  }
  if (mediaType !== 'multipart/related') throw fault('contentTypeInvalid', { type: type.mediaType })
  const boundary = type.parameters.get('boundary')
  if (boundary === undefined) throw fault('contentTypeInvalid', { type: type.mediaType })
  const parts = reception.receivedParts(await parseMultipart(body, boundary))
  const [first] = parts
  if (first === undefined) throw missing()
  for (const [index, part] of parts.entries()) checkPartType(part, index === 0)
  const part = reception.receivedPart(await readSoap(first.body))
  return { soap: parseSoapMessage(part), part, parts }
}

function readSoap(body: Body): Promise<Buffer> {
  if (body.length > soapLimit) throw new BodyTooLarge(`a SOAP part of more than ${soapLimit} bytes`)
  return body.read()
}

function checkPartType(part: MessagePart, isSoap: boolean): void {
  const value = partHeader(part, 'content-type')
  if (value === undefined) throw fault('partContentTypeMissing')
  const type = parseContentType(value)?.mediaType ?? ''
  if (isSoap && !soapTypes.includes(type.toLowerCase())) throw fault('contentTypeInvalid', { type })
}
