import { inHeader, type SampleCall, withHeader, withoutHeader } from './sample-call.ts'
import { type Change, sending } from './sample-conduct.ts'

const repeatedId = '00000000-0000-4000-8000-000000000000'

/** Mistakes in what the sample client sends over REST: most in one call, that the others may go on as they should. */
export const restMistakes = {
  'client-names-part-of-service': inNote((call) => ({ ...call, target: '/r1/SAMPLE/Provider/notes' })),
  'client-encodes-slashes': inNote((call) => inTarget(call, 'SAMPLE/GOV', 'SAMPLE%2FGOV')),
  'client-calls-long-address': inNote((call) => inTarget(call, /$/, `?text=${'a'.repeat(2000)}`)),
  'client-sends-raw-query': inNote((call) => inTarget(call, /$/, '?text="a"')),
  'client-keeps-rest-name': inNote((call) => withoutHeader(call, 'X-Road-Client')),
  'client-names-itself-twice': inNote((call) => withHeader(call, 'X-Road-Client', 'SAMPLE/GOV/2/Client')),
  'client-sends-raw-name': inNote((call) => inHeader(call, 'X-Road-Client', () => 'SAMPLE/GOV/2/Cli\u00e4nt')),
  'client-hashes-rest-request': inNote((call) => withHeader(call, 'X-Road-Request-Hash', 'aGFzaA==')),
  'client-omits-accept': inNote((call) => withoutHeader(call, 'Accept')),
  'client-omits-type': inNote((call) => withoutHeader(call, 'Content-Type')),
  'client-omits-charset-of-text': inNote((call) => inHeader(call, 'Content-Type', () => 'text/plain')),
  'client-omits-country-over-rest': sending((call) => inHeader(call, 'X-Road-UserId', () => '1')),
  'client-begins-party-with-slash': inNote((call) => inHeader(call, 'X-Road-Represented-Party', () => '/1')),
  'client-counts-rest-calls': inNote((call) => inHeader(call, 'X-Road-Id', () => 'call-3')),
  'client-repeats-rest-id': sending((call) => inHeader(call, 'X-Road-Id', () => repeatedId)),
  'client-posts-for-random-number': sending((call) => posting(call, '/rest-test/random')),
  'client-posts-for-greeting': sending((call) => posting(call, '/rest-test/hello')),
  'client-accepts-no-metadata': sending((call) =>
    call.target.endsWith('/listMethods') ? inHeader(call, 'Accept', () => 'text/csv') : call,
  ),
} as const satisfies Record<string, Change>

/** One mistake in the call that sends a note, which has everything that a call can have. */
function inNote(mistake: (call: SampleCall) => SampleCall): Change {
  return sending((call) => (call.target.includes('/notes/') ? mistake(call) : call))
}

function inTarget(call: SampleCall, wrong: string | RegExp, replacement: string): SampleCall {
  return { ...call, target: call.target.replace(wrong, replacement) }
}

function posting(call: SampleCall, operation: string): SampleCall {
  return call.target.includes(operation) ? { ...call, method: 'POST' } : call
}
