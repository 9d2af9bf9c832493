/** A request to one of the trust services, its body read. */
export interface TrustRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string
  readonly body: Buffer
}

export interface TrustAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

/** Status 200 with that media type. */
export function answerWith(type: string, body: Buffer | string): TrustAnswer {
  return { status: 200, headers: { 'Content-Type': type }, body }
}

/** One sentence, and what is allowed where the method is not. */
export function refuseRequest(
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): TrustAnswer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body: `${sentence}\n` }
}
