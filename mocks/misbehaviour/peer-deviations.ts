import { constants } from 'node:crypto'
import type { ListenerTls } from '../listener/handshakes.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Misbehaviours towards other security servers. Those of TLS count from the start. */
export const peerDeviations: Deviations = {
  'ask-peers-no-certificate': (faithful) => ({
    ...meeting(() => ({ requestCert: false, rejectUnauthorized: false }))(faithful),
    greetsPeer: () => true,
    verifyPeer: () => {},
  }),
  'serve-peers-without-certificate': (faithful) => ({
    ...meeting(() => ({ rejectUnauthorized: false }))(faithful),
    greetsPeer: (peer, global) => peer.sha256 === '' || faithful.greetsPeer(peer, global),
  }),
  'serve-any-peer': (faithful) => ({
    ...meeting(() => ({ rejectUnauthorized: false }))(faithful),
    greetsPeer: (peer) => peer.sha256 !== '',
  }),
  'serve-unregistered-peers': () => ({ greetsPeer: (peer) => peer.sha256 !== '' }),
  'believe-peers': () => ({ verifyPeer: () => {} }),
  'need-no-hash-algorithm': () => ({ checkTransportHeaders: () => {} }),
  'lack-dhe-between-servers': meeting(() => ({ ciphers: 'ECDHE-RSA-AES256-SHA384' })),
  'lack-ecdhe-between-servers': meeting(() => ({ ciphers: 'DHE-RSA-AES256-SHA256' })),
  'speak-client-suites-between-servers': meeting(({ ciphers }) => ({
    ciphers: `${ciphers}:ECDHE-RSA-AES128-GCM-SHA256`,
  })),
  'accept-static-rsa-between-servers': meeting(({ ciphers }) => ({ ciphers: `${ciphers}:AES128-GCM-SHA256` })),
  'speak-tls13-between-servers': meeting(({ ciphers }) => ({
    maxVersion: 'TLSv1.3',
    ciphers: `TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:${ciphers}`,
  })),
  'speak-old-tls-between-servers': meeting(({ ciphers }) => ({
    minVersion: 'TLSv1',
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ciphers: `${ciphers}:ECDHE-RSA-AES256-SHA`,
  })),
}

function meeting(change: (faithful: ListenerTls) => ListenerTls): Deviation {
  return (faithful) => ({
    peerTls(...given) {
      const options = faithful.peerTls(...given)
      return { ...options, ...change(options) }
    },
  })
}
