import type { Quirks } from '../../fixtures/version-profile.ts'
import { bodyOf } from '../message/body.ts'
import { parseContentType } from '../message/content-type.ts'
import { type MessagePart, partHeader } from '../message/multipart.ts'
import { parseSoapContent } from '../message/soap-content.ts'
import type { ManagementDecisions } from './management-decisions.ts'
import { invalidRequest, ManagementFault } from './management-fault.ts'
import type { Attachment, ManagementRequest } from './management-request.ts'

type RequestQuirks = Pick<Quirks, 'mediaTypeReading' | 'managementServices'>

/** Reads the body of an HTTP request; throws a ManagementFault or a FaultError for what is no management request. */
export async function readManagementRequest(
  body: Buffer,
  contentType: string | undefined,
  { quirks, decisions }: { readonly quirks: RequestQuirks; readonly decisions: ManagementDecisions },
): Promise<ManagementRequest> {
  const type = parseContentType(contentType, quirks.mediaTypeReading)
  if (type === undefined) throw invalidRequest('Could not get content type from request')
  const missing = () => invalidRequest('Failed to parse SOAP request. Decoder was not fully initialized.')
  const content = await parseSoapContent(bodyOf(body.subarray(0, decisions.sizeLimit())), type, missing)
  const { soap, part, parts = [] } = content
  if (soap.kind === 'fault') throw invalidRequest(soap.string ?? '')
  const { serviceCode } = soap.service
  const { offered, refusal } = quirks.managementServices
  const service = decisions.findService(serviceCode, offered)
  if (service === undefined) throw unknownService(serviceCode, refusal)
  const attachments = decisions.attachments(await Promise.all(parts.slice(1).map(readAttachment)))
  return { service, soap, part, attachments, fields: decisions.readFields(soap, service) }
}

function unknownService(code: string, refusal: RequestQuirks['managementServices']['refusal']): ManagementFault {
  const isShortened = refusal === 'invalidRequest'
  return new ManagementFault(refusal, `Unknown service code '${isShortened ? code.slice(0, 20) : code}'`)
}

async function readAttachment(part: MessagePart): Promise<Attachment> {
  return { bytes: await part.body.read(), algorithm: partHeader(part, 'signature-algorithm-id')?.trim() }
}
