import type { ConnectionOptions } from 'node:tls'
import type { ClientTls } from '../../fixtures/version-profile.ts'
import type { ListenerTls } from '../listener/handshakes.ts'
import { tlsOptions } from '../listener/tls-options.ts'

/** The authentication certificate of a security server with its issuers, and its key; PEM. */
export interface AuthenticationCredential {
  readonly certificate: string
  readonly key: string
}

/**
 * How a security server meets others (MT-01, MT-12): a caller without a certificate, or with one that no approved
 * authority has issued, is refused in the handshake. Whether it is registered is seen after it.
 */
export function peerListenerTls(
  tls: ClientTls,
  { certificate, key }: AuthenticationCredential,
  authorities: readonly string[],
): ListenerTls {
  return { ...tlsOptions(tls), cert: certificate, key, ca: [...authorities], rejectUnauthorized: true }
}

/** The same towards others, whose certificate is judged after the handshake. */
export function peerCallTls(tls: ClientTls, { certificate, key }: AuthenticationCredential): ConnectionOptions {
  return { ...tlsOptions(tls), cert: certificate, key, rejectUnauthorized: false }
}
