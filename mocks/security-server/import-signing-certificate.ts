import { X509Certificate } from 'node:crypto'
import { formatPath } from '../../fixtures/identifiers.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { certificateMember } from '../pki/certificate-member.ts'
import { DerError } from '../pki/der-reader.ts'
import { keyUsageOf } from '../pki/key-usage.ts'
import { parseCertificatePem } from '../pki/keystore.ts'
import type { ServerState } from './server-configuration.ts'
import type { SigningKey } from './signing.ts'

/**
 * The state of a server that has imported a signing certificate, PEM, which one of the approved authorities, PEM, has
 * issued for a key of its own; throws a UsageError for any other (TENANT-10).
 */
export function importSigningCertificate(state: ServerState, pem: string, authorities: readonly string[]): ServerState {
  const { der, sha256 } = parseCertificatePem(pem, 'the signing certificate')
  const certificate = new X509Certificate(der)
  const key = keyOf(state, certificate)
  if (!authorities.some((authority) => hasIssued(new X509Certificate(authority), certificate))) {
    throw new UsageError(
      'no approved certification authority has issued the certificate; have one of the global configuration issue it',
    )
  }
  if (!isForSigning(certificate)) {
    throw new UsageError('the certificate is not for signing; have one issued for the usage "signing"')
  }
  const member = certificateMember(certificate)
  if (typeof member === 'string') throw new UsageError(`${member}; have one issued for the request as it was made`)
  if (formatPath(member) !== key.member) {
    throw new UsageError(
      `the certificate is of ${formatPath(member)}, and its key was made for ${key.member}; have one issued for the request as it was made`,
    )
  }
  const { keys } = state.signing
  const imported = keys.map((one) => (one === key ? { ...one, certificate: sha256 } : one))
  return { ...state, signing: { ...state.signing, keys: imported } }
}

function keyOf({ server, signing }: ServerState, certificate: X509Certificate): SigningKey {
  const key = signing.keys.find(({ publicKey }) => publicKey.equals(certificate.publicKey))
  if (key !== undefined) return key
  throw new UsageError(
    `${server.code} has no key for the certificate; have it make a certificate request, and import what is issued for that`,
  )
}

function hasIssued(authority: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.issuer === authority.subject && certificate.verify(authority.publicKey)
}

function isForSigning(certificate: X509Certificate): boolean {
  try {
    return keyUsageOf(certificate)?.has('nonRepudiation') === true
  } catch (error) {
    if (error instanceof DerError) return false
    throw error
  }
}
