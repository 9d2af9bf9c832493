import type { ExchangeRequest } from '../../fixtures/exchange.ts'
import { headerValue } from '../observe/response.ts'

/** The value of a parameter of the Content-Type, without quotation marks; undefined if it has none of that name. */
export function parameterOf(request: Pick<ExchangeRequest, 'headers'>, name: string): string | undefined {
  const type = headerValue(request, 'content-type') ?? ''
  const parameters = [...type.matchAll(/;\s*([^=;\s]+)=(?:"([^"]*)"|([^;\s]*))/g)]
  const [, , quoted, bare] = parameters.find(([, found]) => found?.toLowerCase() === name) ?? []
  return quoted ?? bare
}
