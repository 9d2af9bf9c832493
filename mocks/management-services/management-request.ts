import { bodyOf } from '../message/body.ts'
import type { MediaTypeReading } from '../message/content-type.ts'
import { parseContentType } from '../message/content-type.ts'
import { type MessagePart, partHeader } from '../message/multipart.ts'
import { parseSoapContent } from '../message/soap-content.ts'
import type { SoapMessage } from '../message/soap-message.ts'
import { invalidRequest } from './management-fault.ts'
import { findManagementService, type ManagementServiceCode } from './management-service.ts'
import { type RequestFields, readRequestFields } from './request-fields.ts'

/** A part of a signed request behind its SOAP message. */
export interface Attachment {
  readonly bytes: Buffer
  /** The value of `signature-algorithm-id`. */
  readonly algorithm: string | undefined
}

/** A request to a management service, read and not yet believed. */
export interface ManagementRequest {
  readonly service: ManagementServiceCode
  readonly soap: SoapMessage
  /** The SOAP message as it came: what signatures cover (MGMT-12). */
  readonly part: Buffer
  readonly attachments: readonly Attachment[]
  readonly fields: RequestFields
}

/** Bytes of a request that are looked at; what comes behind them is cut off (MGMT-28). */
export const requestSizeLimit = 100_000

/** Reads the body of an HTTP request; throws a ManagementFault or a FaultError for what is no management request. */
export async function readManagementRequest(
  body: Buffer,
  contentType: string | undefined,
  reading: MediaTypeReading,
): Promise<ManagementRequest> {
  const type = parseContentType(contentType, reading)
  if (type === undefined) throw invalidRequest('Could not get content type from request')
  const missing = () => invalidRequest('Failed to parse SOAP request. Decoder was not fully initialized.')
  const content = await parseSoapContent(bodyOf(body.subarray(0, requestSizeLimit)), type, missing)
  const { soap, part, parts = [] } = content
  if (soap.kind === 'fault') throw invalidRequest(soap.string ?? '')
  const { serviceCode } = soap.service
  const service = findManagementService(serviceCode)
  if (service === undefined) throw invalidRequest(`Unknown service code '${serviceCode.slice(0, 20)}'`)
  const attachments = await Promise.all(parts.slice(1).map(readAttachment))
  return { service, soap, part, attachments, fields: readRequestFields(soap.text, service) }
}

async function readAttachment(part: MessagePart): Promise<Attachment> {
  return { bytes: await part.body.read(), algorithm: partHeader(part, 'signature-algorithm-id')?.trim() }
}
