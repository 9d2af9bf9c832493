import type { Seen } from './answer.ts'
import { bodyJson, parseEnvelope } from './response.ts'
import { descendantOf } from './xml.ts'

/**
 * The number in an answer of `rest-test/random` or of `getRandom`, as it stands there: a number in JSON, text in XML;
 * undefined if there is none. Older services call the JSON key `randomNumber` (AMB-16).
 */
export function randomNumber(seen: Seen): unknown {
  if (seen.kind !== 'response') return undefined
  if (seen.call.protocol === 'rest') {
    const json = bodyJson(seen)
    return typeof json === 'object' && json !== null
      ? Object.values(pick(json, ['data', 'randomNumber']))[0]
      : undefined
  }
  const content = parseEnvelope(seen)?.content
  return content && descendantOf(content, 'data')?.text
}

function pick(value: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)))
}
