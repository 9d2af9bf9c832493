import { expect, test } from 'vitest'
import type { Connection } from '../fixtures/connection.ts'
import { whyNoCall } from './no-call.ts'

const clientHello = { legacyVersion: 'TLSv1.2', versions: ['TLSv1.3'], suites: [] }
const agreed = { kind: 'agreed', protocol: 'TLSv1.2', suite: 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256' } as const
const failed = (reason: string) => ({ kind: 'failed', reason }) as const

test.for([
  [{ listener: 'http' }, 'brought nothing.'],
  [{ listener: 'http', receivedBytes: true }, 'brought something that is no whole HTTP request.'],
  [{ handshake: failed('ERR_SSL_HTTP_REQUEST') }, 'brought HTTP where TLS is spoken.'],
  [{ handshake: failed('closed') }, 'brought no TLS handshake.'],
  [{ clientHello, handshake: agreed }, 'brought nothing after the handshake.'],
  [
    { clientHello, handshake: failed('ERR_SSL_UNSUPPORTED_PROTOCOL') },
    'failed in the handshake (ERR_SSL_UNSUPPORTED_PROTOCOL); the client offered TLSv1.3.',
  ],
] as const)('of %j is said that it %s', ([facts, fate]) => {
  const connection: Connection = { number: 1, server: 'ss1', listener: 'https', receivedBytes: false, ...facts }
  const told = whyNoCall([connection], 'https://localhost:1')
  expect(told).toBe(`No call came, so nothing was judged. The last connection to https://localhost:1 (of 1) ${fate}`)
})
