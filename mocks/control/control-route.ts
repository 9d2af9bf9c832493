/** One request of the control interface, whose token has been checked. */
export interface ControlRequest {
  readonly query: URLSearchParams
  /** What its body says; rejects with a SyntaxError if that is no JSON. */
  body(): Promise<unknown>
}

/**
 * What answers, by method and path: `GET /state`. The result travels as JSON, undefined as `{}`. A UsageError is answered
 * with its message, and so is a ZodError; anything else is a defect.
 */
export type ControlRoutes = Readonly<Record<string, (request: ControlRequest) => unknown>>
