import type { Exchange } from '../fixtures/exchange.ts'

/** A sentence about the calls that the security server refused, if there are any: each may be right in itself, but in vain. */
export function refusedCalls(exchanges: readonly Exchange[]): string[] {
  const refused = exchanges.filter(({ fault }) => fault !== undefined)
  const [first] = refused
  if (first?.fault === undefined) return []
  const { number, fault } = first
  const count = `${refused.length} of ${exchanges.length} calls`
  return [
    `The security server refused ${count}, the first (call ${number}) with ${fault.code}; what was sent is judged.`,
  ]
}
