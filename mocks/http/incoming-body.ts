import type { RawHeader } from '../../fixtures/exchange.ts'

/** A body as it comes off a connection. */
export interface IncomingBody {
  /** The next bytes of the body, undefined at its end; rejects with BodyError, IdleError or the socket's error. */
  read(): Promise<Buffer | undefined>
  readonly done: boolean
  readonly trailers: readonly RawHeader[]
}
