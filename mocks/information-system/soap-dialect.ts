import type { SoapRequest } from './soap-envelope.ts'

/** How a SOAP test service speaks: its namespace, and whether `request` and `response` elements wrap the content. */
export interface SoapDialect {
  readonly namespace: string
  readonly isWrapped: boolean
}

/** The services of the Finnish Data Exchange Layer, of its first test environment, and of NIIS. */
const soapDialects = {
  finnish: { namespace: 'http://test.x-road.fi/producer', isWrapped: true },
  earlyFinnish: { namespace: 'http://vrk-test.x-road.fi/producer', isWrapped: true },
  global: { namespace: 'http://test.x-road.global/producer', isWrapped: false },
} as const satisfies Record<string, SoapDialect>

/** The dialect of a request by its namespace; undefined for an unknown one. */
export function knownDialect({ wrapper }: SoapRequest): SoapDialect | undefined {
  return Object.values(soapDialects).find(({ namespace }) => namespace === wrapper.namespace)
}

/** The dialect of the answer: by namespace or, if that is unknown, by the wrapper of the request. */
export function dialectOf(request: SoapRequest): SoapDialect {
  return knownDialect(request) ?? (request.isWrapped ? soapDialects.finnish : soapDialects.global)
}
