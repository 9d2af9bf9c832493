import type { RawHeader } from '../../fixtures/exchange.ts'

/** Whether a field has that name, given in lower case; its own letter case does not matter. */
export function isHeader([field]: RawHeader, name: string): boolean {
  return field.length === name.length && field.toLowerCase() === name
}

/** The values of all fields of that name, given in lower case, in order. */
export function headerValues(headers: readonly RawHeader[], name: string): string[] {
  return headers.filter((header) => isHeader(header, name)).map(([, value]) => value)
}

/** The value of a field; of several the first. */
export function firstHeader(headers: readonly RawHeader[], name: string): string | undefined {
  return headers.find((header) => isHeader(header, name))?.[1]
}

/** The value of a field; of several the last. */
export function lastHeader(headers: readonly RawHeader[], name: string): string | undefined {
  return headers.findLast((header) => isHeader(header, name))?.[1]
}
