import type { RawHeader } from '../../fixtures/exchange.ts'

/** One call of the sample client, as it goes over the wire. */
export interface SampleCall {
  readonly method: string
  readonly target: string
  readonly headers: readonly RawHeader[]
  readonly body: Buffer
  /** Name of the certificate of whoever calls, where it is not the client that makes the other calls. */
  readonly certificate?: string
}

/** A call whose body is text that mistakes can be made in. */
export function textCall(method: string, target: string, headers: readonly RawHeader[], text = ''): SampleCall {
  return { method, target, headers, body: Buffer.from(text) }
}

/** The call with another value of a header that it has. */
export function inHeader(call: SampleCall, name: string, change: (value: string) => string): SampleCall {
  return {
    ...call,
    headers: call.headers.map((header) => (header[0] === name ? [name, change(header[1])] : header)),
  }
}

export function withoutHeader(call: SampleCall, name: string): SampleCall {
  return { ...call, headers: call.headers.filter((header) => header[0] !== name) }
}

/** The call with one more header, whether it has one of that name or not. */
export function withHeader(call: SampleCall, name: string, value: string): SampleCall {
  return { ...call, headers: [...call.headers, [name, value]] }
}
