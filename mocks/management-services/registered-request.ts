import { formatPath } from '../../fixtures/identifiers.ts'
import type { ManagementServiceCode } from '../../fixtures/management-services.ts'
import type { RequestFields } from './request-fields.ts'

/** What has become of a request. Whatever needs no approval is approved when it arrives. */
export type RequestStatus = 'WAITING' | 'APPROVED' | 'DECLINED' | 'REVOKED'

export interface RegisteredRequest {
  readonly id: number
  readonly service: ManagementServiceCode
  readonly fields: RequestFields
  readonly status: RequestStatus
}

/** As it is told to whoever decides about it. */
export function describeRequest({ id, service, fields, status }: RegisteredRequest): Readonly<Record<string, unknown>> {
  const { server, client, address } = fields
  return { id, service, status, server: formatPath(server), address, client: client && formatPath(client) }
}
