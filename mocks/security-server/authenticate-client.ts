import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import type { TlsIdentity } from '../listener/tls-identity.ts'
import type { ConfiguredClient } from './server-configuration.ts'

export interface ClientAuthentication {
  readonly client: Pick<ConfiguredClient, 'connectionType' | 'certificates'>
  /** Undefined for a plain connection. */
  readonly tls: TlsIdentity | undefined
  /** SHA-256 of the server's own internal certificate, which passes for every client. */
  readonly internalCertificate: string
  readonly enforceValidity: boolean
  readonly now: Date
}

/**
 * Whether a caller is the client that its message names: undefined if so, else the situation to report.
 * The decision is about one message, not about the connection; the list is compared by whole certificate (CONN-HTTPS-03).
 *
 * | type          | plain  | TLS, no certificate | listed certificate | other certificate | empty list |
 * |---------------|--------|---------------------|--------------------|-------------------|------------|
 * | HTTP          | pass   | pass                | pass               | pass              | pass       |
 * | HTTPS NO AUTH | refuse | pass                | pass               | pass              | pass       |
 * | HTTPS         | refuse | refuse              | pass               | refuse            | refuse     |
 */
export function authenticateClient(facts: ClientAuthentication): FaultSituationName | undefined {
  const { client, tls, now } = facts
  if (client.connectionType === 'HTTP') return undefined
  if (client.connectionType === 'HTTPS_NO_AUTH') return tls === undefined ? 'plaintextForbidden' : undefined
  const presented = tls?.certificate
  if (presented === undefined) return 'certificateMissing'
  if (presented.sha256 === facts.internalCertificate) return undefined
  if (client.certificates.size === 0) return 'certificateListEmpty'
  const listed = client.certificates.get(presented.sha256)
  if (listed === undefined) return 'certificateNotListed'
  if (!facts.enforceValidity) return undefined
  if (now > listed.notAfter) return 'certificateExpired'
  if (now < listed.notBefore) return 'certificateNotYetValid'
  return undefined
}
