import {
  type FaultKey,
  type FaultOrigin,
  type FaultSpelling,
  faultCodes,
  faultOrigins,
} from '../../fixtures/fault-catalogue.ts'
import type { Response } from './answer.ts'
import { bodyJson, bodyText, faultElement, headerValue, mediaType, parseEnvelope } from './response.ts'
import { childOf, parseXml } from './xml.ts'

/** A fault as the server wrote it, in one of its three renderings, and what its code means. */
export interface ObservedFault {
  readonly rendering: 'soap' | 'rest-json' | 'rest-xml'
  readonly status: number
  readonly code: string
  readonly message: string
  /** The identifier that finds the fault in the server's log; undefined if the fault has none. */
  readonly detail: string | undefined
  /** SOAP only. */
  readonly actor: string | undefined
  /** REST only: `X-Road-Error`. */
  readonly errorHeader: string | undefined
  readonly meaning: FaultMeaning | undefined
}

export interface FaultMeaning {
  readonly origin: FaultOrigin
  readonly path: readonly FaultKey[]
  readonly spelling: FaultSpelling
}

/** Reads a fault of whatever rendering; undefined if the response is something else. A provider's own errors are no faults. */
export function parseFault(response: Response): ObservedFault | undefined {
  return parseSoapFault(response) ?? parseJsonError(response) ?? parseXmlError(response)
}

/** What a code means, whichever of the two spellings it has; undefined if the catalogue does not know it. */
export function resolveFaultCode(code: string): FaultMeaning | undefined {
  return resolveAs(code, 'snake') ?? resolveAs(code, 'dotted')
}

function parseSoapFault(response: Response): ObservedFault | undefined {
  const fault = faultElement(parseEnvelope(response))
  if (fault === undefined) return undefined
  const code = childOf(fault, 'faultcode', '')?.text ?? ''
  return {
    rendering: 'soap',
    status: response.status,
    code,
    message: childOf(fault, 'faultstring', '')?.text ?? '',
    detail: childOf(childOf(fault, 'detail', ''), 'faultDetail', '')?.text,
    actor: childOf(fault, 'faultactor', '')?.text,
    errorHeader: headerValue(response, 'x-road-error'),
    meaning: resolveFaultCode(code),
  }
}

// `type` and `message` tell an error of X-Road from a provider's own; the test services say `errorMessage` and `httpStatus`.
function parseJsonError(response: Response): ObservedFault | undefined {
  const json = bodyJson(response)
  if (typeof json !== 'object' || json === null) return undefined
  const { type, message, detail } = json as Record<string, unknown>
  if (typeof type !== 'string' || typeof message !== 'string') return undefined
  return restFault('rest-json', response, type, message, typeof detail === 'string' ? detail : undefined)
}

function parseXmlError(response: Response): ObservedFault | undefined {
  if (!mediaType(response).type.endsWith('/xml')) return undefined
  const error = parseXml(bodyText(response))
  const type = childOf(error, 'type')?.text
  const message = childOf(error, 'message')?.text
  if (error?.name !== 'error' || type === undefined || message === undefined) return undefined
  return restFault('rest-xml', response, type, message, childOf(error, 'detail')?.text)
}

function restFault(
  rendering: 'rest-json' | 'rest-xml',
  response: Response,
  code: string,
  message: string,
  detail: string | undefined,
): ObservedFault {
  const errorHeader = headerValue(response, 'x-road-error')
  const meaning = resolveFaultCode(code)
  return { rendering, status: response.status, code, message, detail, actor: undefined, errorHeader, meaning }
}

function resolveAs(code: string, spelling: FaultSpelling): FaultMeaning | undefined {
  const origin = (Object.keys(faultOrigins) as FaultOrigin[])
    .filter((one) => code.startsWith(`${faultOrigins[one][spelling]}.`))
    .sort((a, b) => faultOrigins[b][spelling].length - faultOrigins[a][spelling].length)[0]
  if (origin === undefined) return undefined
  const keys = Object.keys(faultCodes) as FaultKey[]
  const path = code
    .slice(faultOrigins[origin][spelling].length + 1)
    .split('.')
    .map((segment) => keys.find((key) => faultCodes[key][spelling] === segment))
  return path.every((key) => key !== undefined) ? { origin, path, spelling } : undefined
}
