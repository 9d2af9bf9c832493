import type { ClientTls } from '../../fixtures/version-profile.ts'
import type { ListenerTls } from '../listener/handshakes.ts'
import { tlsOptions } from '../listener/tls-options.ts'
import type { Credential } from '../pki/keystore.ts'

/** How the listener for information systems speaks TLS, and the internal certificate with which it does. */
export function serverTls(tls: ClientTls, { certificate, key }: Credential): ListenerTls | Promise<ListenerTls> {
  return { ...tlsOptions(tls), cert: certificate, ...(key === undefined ? {} : { key }) }
}
