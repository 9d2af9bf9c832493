import type { RawHeader } from '../../fixtures/exchange.ts'

/** How the end of a body shows. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked'; readonly of: 'request' | 'answer' }
  | { readonly kind: 'close' }

/** A body that is read as it arrives. */
export interface BodyReader {
  /** The next bytes of the body, undefined at its end; rejects with BodyError, IdleError or the socket's error. */
  read(): Promise<Buffer | undefined>
  readonly done: boolean
  readonly trailers: readonly RawHeader[]
}
