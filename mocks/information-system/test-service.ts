/** A call of a test service, whatever brought it: a socket or MSW. */
export interface ServiceCall {
  readonly method: string
  /** Absolute: its origin is the address that was called. */
  readonly url: URL
  /** Empty if there is none. */
  readonly contentType: string
  /** The value of a header, by its name in lower case; several are one, with commas between them. */
  readonly header: (name: string) => string | undefined
  readonly body: Buffer
}

export interface ServiceAnswer {
  readonly status: number
  /** In the order in which they are sent. Without `content-length` a body goes out in chunks. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer<ArrayBuffer>
}

/** Answers a call, or leaves it to somebody else. What it throws is a bug. */
export type TestService = (call: ServiceCall) => ServiceAnswer | undefined

/** An answer that says how long it is. */
export function answerWith(
  body: ServiceAnswer['body'],
  contentType: string,
  status = 200,
  headers: ServiceAnswer['headers'] = {},
): ServiceAnswer {
  const length = String(Buffer.byteLength(body))
  return { status, headers: { ...headers, 'content-length': length, 'content-type': contentType }, body }
}
