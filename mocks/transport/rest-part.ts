import type { RawHeader } from '../../fixtures/exchange.ts'
import { type Read, readWhole } from './read-whole.ts'
import { TransportError } from './transport-error.ts'

/** The part that stands for the head of a REST message: a first line, and headers without a blank. */
export interface RestPart {
  readonly line: string
  readonly headers: readonly RawHeader[]
}

const sizeLimit = 1024 * 1024

/** Every line ends with CR LF, the last one too. */
export function formatRestPart({ line, headers }: RestPart): Buffer {
  return Buffer.from([line, ...headers.map(([name, value]) => `${name}:${value}`), ''].join('\r\n'))
}

/** Reads one to its end; throws a TransportError for what is none. */
export async function readRestPart(read: Read): Promise<RestPart> {
  const bytes = await readWhole(read, sizeLimit, 'the head of a REST message')
  const [line = '', ...fields] = bytes.toString().split('\r\n')
  if (fields.pop() !== '') throw new TransportError('the head of a REST message ends within a line')
  return { line, headers: fields.map(parseField) }
}

function parseField(field: string): RawHeader {
  const colon = field.indexOf(':')
  if (colon < 1) throw new TransportError('the head of a REST message has a header without a name')
  return [field.slice(0, colon), field.slice(colon + 1)]
}
