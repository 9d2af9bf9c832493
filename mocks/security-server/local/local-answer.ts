import type { RawHeader } from '../../../fixtures/exchange.ts'
import type { HttpResponse } from '../../http/write-response.ts'

/** What a server says by itself. */
export interface LocalAnswer {
  readonly status: number
  readonly headers: readonly RawHeader[]
  readonly body: Buffer
  /** Whether the length is announced, as of all short answers. */
  readonly framing: HttpResponse['framing']
}
