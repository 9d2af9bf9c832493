import type { RawHeader } from '../../fixtures/exchange.ts'
import { fault } from '../fault/fault.ts'
import { lastHeader } from '../message/raw-headers.ts'

/** Headers of the HTTP request, and some of its answer, that carry a message between security servers (MT-07). */
export const transportHeaders = {
  requestId: 'x-road-request-id',
  hashAlgorithm: 'x-hash-algorithm',
  version: 'x-proxy-version',
  messageType: 'x-road-message-type',
  contentType: 'x-original-content-type',
  soapAction: 'x-original-soapaction',
  /** No part of the protocol: whose a fault is, for only the security server's own is noted in the log. */
  faultOf: 'x-roadworthy-fault-of',
} as const

/** Media types of the parts (MT-04, MT-05). */
export const partTypes = {
  ocspResponse: 'application/ocsp-response',
  soap: 'text/xml; charset=UTF-8',
  restRequest: 'application/x-road-rest-request',
  restAnswer: 'application/x-road-rest-response',
  restBody: 'application/x-road-rest-body',
} as const

/** Throws a FaultError without origin for what a message between servers may not lack (MT-07). */
export function checkTransportHeaders(headers: readonly RawHeader[]): void {
  if (lastHeader(headers, transportHeaders.hashAlgorithm) === undefined) throw fault('hashAlgorithmMissing')
}

/** The media type of a part or message in lower case, without parameters; empty for none. */
export function partType(headers: readonly RawHeader[]): string {
  return (lastHeader(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Whether a SOAP message of that type has parts of its own. */
export function isMultipart(contentType: string): boolean {
  return /^\s*multipart\//i.test(contentType)
}
