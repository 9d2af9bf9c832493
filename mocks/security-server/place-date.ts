import type { RawHeader } from '../../fixtures/exchange.ts'
import { isHeader } from '../message/raw-headers.ts'

/** The provider's date takes the place of the server's own; of several the last counts. */
export function placeDate(headers: readonly RawHeader[]): readonly RawHeader[] {
  const date = headers.findLast(isDate)
  return date === undefined ? headers : [date, ...headers.filter((header) => !isDate(header))]
}

export function isDate(header: RawHeader): boolean {
  return isHeader(header, 'date')
}
