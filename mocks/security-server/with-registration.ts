import type { GlobalServer } from './global-configuration.ts'
import type { ServerConfiguration } from './server-configuration.ts'
import { lists, type PeerCertificate } from './verify-peer.ts'

/**
 * What a server goes by, which has no certificate to authenticate itself with as long as the global configuration does
 * not list it for that very server (MGMT-22, STATE-12).
 */
export function withRegistration(
  configuration: ServerConfiguration,
  itself: GlobalServer | undefined,
  own: PeerCertificate,
): ServerConfiguration {
  if (itself !== undefined && lists(itself, own)) return configuration
  return { ...configuration, settings: { ...configuration.settings, authenticationCertificateValid: false } }
}
