import type { ProtocolVersion } from '../../../fixtures/tls/versions.ts'

/** What a tool of others does not see on a server, and why. Whatever is not listed here fails the comparison. */
export interface KnownDifference {
  readonly tool: string
  readonly server: string
  readonly version: ProtocolVersion
  readonly unseen: RegExp
  readonly reason: string
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    tool: 'sslscan',
    server: 'openssl, client certificate required',
    version: 'TLSv1.2',
    unseen: /./,
    reason:
      'sslscan counts a suite once its handshake is finished, and without a client certificate this server finishes none ' +
      'in TLS 1.2; in TLS 1.3 it refuses only after the client has finished',
  },
]
