import type { PresentedCertificate } from '../listener/tls-identity.ts'
import { isForAuthentication } from '../pki/key-usage.ts'
import type { PeerCertificate } from '../security-server/verify-peer.ts'

/** What is known of a peer by the certificate that it has shown, if it has. */
export function peerCertificate(presented: PresentedCertificate | undefined): PeerCertificate {
  if (presented === undefined) return { sha256: '', subject: 'unknown' }
  // Node's types do not say so: a certificate that names nobody has no subject.
  const subject = presented.x509.subject as string | undefined
  const sha1 = presented.x509.fingerprint.replaceAll(':', '').toLowerCase()
  return {
    sha256: presented.sha256,
    sha1,
    subject: subject?.replaceAll('\n', ', ') ?? '',
    forAuthentication: isForAuthentication(presented.x509),
  }
}
