import type { Call, Seen } from './answer.ts'
import { parseFault } from './fault.ts'
import { bodyText, headerValue } from './response.ts'

/** What was seen, in one or a few lines for people. */
export function describeSeen(seen: Seen): string {
  switch (seen.kind) {
    case 'handshake-refused':
      return seen.stage === 'server'
        ? `The server refused the TLS handshake (${seen.alert}).`
        : `Our own side broke off the TLS handshake: ${seen.alert}.`
    case 'no-answer':
      return `There was no answer (${seen.reason}).`
    case 'response': {
      const fault = parseFault(seen)
      if (fault !== undefined) {
        return `The answer was a fault, HTTP ${seen.status}:\n  ${fault.code}\n  ${fault.message}`
      }
      const type = headerValue(seen, 'content-type') ?? 'no Content-Type'
      return `The answer was HTTP ${seen.status}, ${type}:\n  ${excerpt(bodyText(seen))}`
    }
  }
}

/** How a call was made: enough to repeat it by hand. */
export function describeCall(call: Call): string {
  const { method, target, over, server, client = 'nobody', certificate } = call
  return `${method} ${target} to ${server} over ${over} as ${client}, certificate: ${certificate}`
}

function excerpt(text: string, length = 300): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > length ? `${line.slice(0, length)}…` : line || '(empty body)'
}
