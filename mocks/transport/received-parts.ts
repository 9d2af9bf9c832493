import type { RawHeader } from '../../fixtures/exchange.ts'
import { type Body, collectBody, emptyBody, type WholeBody } from '../message/body.ts'
import { parseContentType } from '../message/content-type.ts'
import { firstHeader } from '../message/raw-headers.ts'
import { type PartStream, readParts, type StreamedPart } from './read-parts.ts'
import type { Read } from './read-whole.ts'
import { TransportError } from './transport-error.ts'
import { partType, partTypes } from './transport-headers.ts'

/** The parts of one message, in their order, kept until they are discarded together. */
export interface ReceivedParts {
  /** The part that says what the message is; OCSP responses stand before it. */
  first(): Promise<StreamedPart>
  next(): Promise<StreamedPart | undefined>
  /** The parts of a part. */
  within(part: StreamedPart): PartStream
  keep(part: StreamedPart): Promise<WholeBody>
  /** Reads what is left: signature and hash chains, which nothing here looks at, and the end. */
  finish(): Promise<void>
  /** What all kept parts go away with. */
  readonly source: Body
}

/** Begins to read a multipart/mixed message; throws a TransportError for headers of another. */
export function receivedParts(headers: readonly RawHeader[], read: Read): ReceivedParts {
  const kept: Body[] = []
  const stream = readParts(read, boundaryOf(headers))
  return {
    async first() {
      for (let part = await stream.next(); part !== undefined; part = await stream.next()) {
        if (partType(part.headers) !== partTypes.ocspResponse) return part
      }
      throw new TransportError('the message has no parts')
    },
    next: () => stream.next(),
    within: (part) => readParts(() => part.read(), boundaryOf(part.headers)),
    async keep(part) {
      const body = await collectBody(() => part.read())
      kept.push(body)
      return body
    },
    async finish() {
      while ((await stream.next()) !== undefined);
      // A connection whose message has not been read to its very end serves no other.
      while ((await read()) !== undefined);
    },
    source: {
      ...emptyBody,
      async discard() {
        for (const body of kept) await body.discard()
      },
    },
  }
}

function boundaryOf(headers: readonly RawHeader[]): string {
  const value = firstHeader(headers, 'content-type')
  const type = parseContentType(value, 'prefix')
  if (type?.mediaType.toLowerCase() === 'multipart/mixed' && type.boundary) return type.boundary
  throw new TransportError(`not a multipart/mixed with a boundary: ${value ?? 'no content type'}`)
}
