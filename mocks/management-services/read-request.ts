import { bodyOf } from '../message/body.ts'
import { type MediaTypeReading, parseContentType } from '../message/content-type.ts'
import { type MessagePart, partHeader } from '../message/multipart.ts'
import { parseSoapContent } from '../message/soap-content.ts'
import type { ManagementDecisions } from './management-decisions.ts'
import { invalidRequest } from './management-fault.ts'
import type { Attachment, ManagementRequest } from './management-request.ts'

/** Reads the body of an HTTP request; throws a ManagementFault or a FaultError for what is no management request. */
export async function readManagementRequest(
  body: Buffer,
  contentType: string | undefined,
  { reading, decisions }: { readonly reading: MediaTypeReading; readonly decisions: ManagementDecisions },
): Promise<ManagementRequest> {
  const type = parseContentType(contentType, reading)
  if (type === undefined) throw invalidRequest('Could not get content type from request')
  const missing = () => invalidRequest('Failed to parse SOAP request. Decoder was not fully initialized.')
  const content = await parseSoapContent(bodyOf(body.subarray(0, decisions.sizeLimit())), type, missing)
  const { soap, part, parts = [] } = content
  if (soap.kind === 'fault') throw invalidRequest(soap.string ?? '')
  const { serviceCode } = soap.service
  const service = decisions.findService(serviceCode)
  if (service === undefined) throw invalidRequest(`Unknown service code '${serviceCode.slice(0, 20)}'`)
  const attachments = decisions.attachments(await Promise.all(parts.slice(1).map(readAttachment)))
  return { service, soap, part, attachments, fields: decisions.readFields(soap, service) }
}

async function readAttachment(part: MessagePart): Promise<Attachment> {
  return { bytes: await part.body.read(), algorithm: partHeader(part, 'signature-algorithm-id')?.trim() }
}
