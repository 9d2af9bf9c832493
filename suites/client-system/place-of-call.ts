import type { Exchange } from '../../fixtures/exchange.ts'

/** Where to look for a call, without what it may have said of people: its number, its method and its path up to the service. */
export function placeOf({ number, request: { method, target } }: Exchange): string {
  const place = target.replace(/\?.*$/s, '?…').replace(/^(\/r1(?:\/[^/?]*){5})\/[^?]+/s, '$1/…')
  return `call ${number}: ${method} ${place}`
}
