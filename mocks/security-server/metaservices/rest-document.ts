import type { Body } from '../../message/body.ts'

/** What a REST metaservice says, before it is signed like any answer. */
export interface RestDocument {
  readonly contentType: string
  readonly body: Body
}
