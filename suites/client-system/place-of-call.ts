import type { Exchange } from '../../fixtures/exchange.ts'

/** Where to look for a call, without anything that it said of people: its number, its method and its path. */
export function placeOf({ number, request: { method, target } }: Exchange): string {
  return `call ${number}: ${method} ${target.replace(/\?.*$/s, '?…')}`
}
