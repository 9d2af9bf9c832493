import type { ManagementServiceCode } from '../../fixtures/management-services.ts'
import type { SoapMessage } from '../message/soap-message.ts'
import type { RequestFields } from './request-fields.ts'

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
