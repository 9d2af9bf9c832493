import type { RawHeader } from '../../fixtures/exchange.ts'

/** One call of the sample client, as it goes over the wire. */
export interface SampleCall {
  readonly method: string
  readonly target: string
  readonly headers: readonly RawHeader[]
  readonly body: Buffer
}

/** A call whose body is text that mistakes can be made in. */
export function textCall(method: string, target: string, headers: readonly RawHeader[], text = ''): SampleCall {
  return { method, target, headers, body: Buffer.from(text) }
}
