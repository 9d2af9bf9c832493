import { type FaultError, fault } from '../fault/fault.ts'
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

const soapTypes = ['text/xml', 'application/xop+xml']

/** Finds and parses the SOAP part; throws a FaultError without origin. `missing` is the fault for a multipart without any part. */
export function parseSoapContent(body: Buffer, type: ContentType, missing: () => FaultError): SoapContent {
  const mediaType = type.mediaType.toLowerCase()
  if (soapTypes.includes(mediaType)) return { soap: parseSoapMessage(body), part: body, parts: undefined }
  if (mediaType !== 'multipart/related') throw fault('contentTypeInvalid', { type: type.mediaType })
  const boundary = type.parameters.get('boundary')
  if (boundary === undefined) throw fault('contentTypeInvalid', { type: type.mediaType })
  const parts = parseMultipart(body, boundary)
  const [first] = parts
  if (first === undefined) throw missing()
  for (const [index, part] of parts.entries()) checkPartType(part, index === 0)
  return { soap: parseSoapMessage(first.body), part: first.body, parts }
}

function checkPartType(part: MessagePart, isSoap: boolean): void {
  const value = partHeader(part, 'content-type')
  if (value === undefined) throw fault('partContentTypeMissing')
  const type = parseContentType(value)?.mediaType ?? ''
  if (isSoap && !soapTypes.includes(type.toLowerCase())) throw fault('contentTypeInvalid', { type })
}
