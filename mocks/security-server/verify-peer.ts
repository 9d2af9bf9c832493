import { type ClientId, formatId, formatPath } from '../../fixtures/identifiers.ts'
import { fault } from '../fault/fault.ts'
import type { GlobalConfiguration, GlobalServer } from './global-configuration.ts'
import { everyServer, requireInstance } from './known-instances.ts'

/** The authentication certificate that the security server at the other end has shown. */
export interface PeerCertificate {
  /** Of the DER, in lower-case hex. */
  readonly sha256: string
  /** The same by SHA-1, as configurations of version 2 list it. */
  readonly sha1?: string
  readonly subject: string
  /** Whether it may authenticate a security server; undefined where it does not say what it is for. */
  readonly forAuthentication?: boolean | undefined
}

/** Whether the global configuration lists that certificate for any security server, of whatever instance (MT-02). */
export function isRegisteredPeer(peer: PeerCertificate, global: GlobalConfiguration): boolean {
  return everyServer(global).some((server) => lists(server, peer))
}

/**
 * The peer must be a security server of that client: of the one that a message names as its sender, or of the provider
 * that it goes to. Throws a FaultError without origin.
 */
export function verifyPeer(
  client: ClientId,
  peer: PeerCertificate,
  global: GlobalConfiguration,
  newId: () => string,
): void {
  requireInstance(client.instance, global, newId)
  if (peer.forAuthentication === false) throw fault('peerNotForAuthentication')
  const servers = everyServer(global).filter((server) => lists(server, peer))
  const [known] = servers
  if (known === undefined) throw fault('peerUnknown', { subject: peer.subject })
  const path = formatPath(client)
  if (servers.some(({ clients }) => clients.has(path))) return
  throw fault('peerNotHosting', { client: formatId(client), server: formatId(known.id) })
}

/** Whether the global configuration lists that certificate for that server. */
export function lists({ authenticationCertificates }: GlobalServer, { sha256, sha1 }: PeerCertificate): boolean {
  return authenticationCertificates.has(sha256) || (sha1 !== undefined && authenticationCertificates.has(sha1))
}
