import { X509Certificate } from 'node:crypto'
import { DerError } from '../pki/der-reader.ts'
import { isForAuthentication, keyUsageOf } from '../pki/key-usage.ts'
import { verifyOcspResponse } from '../pki/verify-ocsp-response.ts'
import { ManagementFault } from './management-fault.ts'

/** Whom certificates of the instance are believed by. */
export interface CertificateTrust {
  readonly authority: X509Certificate
  readonly responders: readonly X509Certificate[]
}

const withoutKeyUsage = 'Certificate does not contain keyUsage extension'

/** Reads the DER of a certificate; throws a ManagementFault for what is none. */
export function readCertificate(der: Buffer): X509Certificate {
  try {
    const certificate = new X509Certificate(der)
    // A key of a kind that nobody knows is found out only when it is looked at.
    void certificate.publicKey
    return certificate
  } catch {
    throw new ManagementFault('internalError', 'Could not read certificate')
  }
}

/** Throws a ManagementFault unless the certificate may sign and an OCSP response says that it is good (MGMT-13). */
export function verifySigningCertificate(
  certificate: X509Certificate,
  response: Buffer,
  { authority, responders }: CertificateTrust,
  at: Date,
): void {
  verifyIssued(certificate, authority, at, 'Member (owner/client) sign certificate is invalid')
  if (!usageOf(certificate).has('nonRepudiation')) {
    throw new ManagementFault('certValidation', 'Member (owner/client) sign certificate is invalid')
  }
  const verdict = verifyOcspResponse(response, { certificate, issuer: authority, responders, at })
  if (verdict.kind === 'good') return
  throw new ManagementFault(
    verdict.code === 'cert_validation' ? 'certValidation' : 'incorrectValidationInfo',
    verdict.message,
  )
}

/** Throws a ManagementFault unless the certificate may authenticate a security server. */
export function verifyAuthenticationCertificate(
  certificate: X509Certificate,
  { authority }: CertificateTrust,
  at: Date,
): void {
  verifyIssued(certificate, authority, at, 'Authentication certificate is not valid')
  const verdict = isForAuthentication(certificate)
  if (verdict === undefined) throw new ManagementFault('internalError', withoutKeyUsage)
  if (!verdict) throw new ManagementFault('certValidation', 'Authentication certificate is not valid')
}

function verifyIssued(certificate: X509Certificate, authority: X509Certificate, at: Date, refusal: string): void {
  if (certificate.issuer !== authority.subject) {
    throw new ManagementFault('internalError', 'Certificate is not issued by approved certification service provider.')
  }
  const isCurrent = certificate.validFromDate <= at && at <= certificate.validToDate
  if (!isCurrent || !certificate.verify(authority.publicKey)) throw new ManagementFault('certValidation', refusal)
}

function usageOf(certificate: X509Certificate): NonNullable<ReturnType<typeof keyUsageOf>> {
  try {
    const usage = keyUsageOf(certificate)
    if (usage !== undefined) return usage
  } catch (error) {
    if (!(error instanceof DerError)) throw error
  }
  throw new ManagementFault('internalError', withoutKeyUsage)
}
