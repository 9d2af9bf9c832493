import { X509Certificate } from 'node:crypto'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type CertificateId, isOfIssuer } from './certificate-id.ts'
import { certificateParts } from './certificate-parts.ts'
import { plainPlan } from './certificate-plan.ts'
import { type CertificateUsage, purposes } from './certificate-profile.ts'
import type { CertificateRequest } from './certificate-request.ts'
import { certificateOf, type Identity } from './identity.ts'
import type { CertificateStatus } from './ocsp-response.ts'
import { isOwnSerialNumber, newSerialNumber } from './serial-number.ts'

const day = 24 * 60 * 60 * 1000

/** Issues what is asked for, and knows what became of it. */
export interface CertificationAuthority {
  readonly certificate: X509Certificate
  /** Rejects with a UsageError where the subject lacks what the profile wants; `where` names the request. */
  issue(request: CertificateRequest, usage: CertificateUsage, where: string): Promise<X509Certificate>
  /** Throws a UsageError for a certificate of somebody else. */
  revoke(certificate: X509Certificate): void
  statusOf(id: CertificateId): CertificateStatus
}

/** An authority with that key. What it has revoked is forgotten when it stops; what it has issued is not. */
export function certificationAuthority(
  identity: Identity,
  { ocspUrl, now }: { readonly ocspUrl: string; readonly now: () => number },
): CertificationAuthority {
  const { key } = identity
  const certificate = certificateOf(identity)
  const { subject } = certificateParts(certificate)
  const revoked = new Map<string, Date>()

  return {
    certificate,
    async issue(request, usage, where) {
      checkSubject(request, usage, where)
      const { issueCertificate } = await import('./authority.ts')
      const plan = {
        ...plainPlan(where, {}),
        ...purposes[usage],
        alternativeNames: request.alternativeNames,
        ocspUrl,
      }
      const notBefore = now() - day
      return new X509Certificate(
        issueCertificate({
          plan,
          subject: request.name,
          publicKey: request.publicKey,
          issuer: { subject, key },
          notBefore: new Date(notBefore),
          notAfter: new Date(notBefore + plan.days * day),
          serialNumber: newSerialNumber(key),
        }),
      )
    },
    revoke(other) {
      const { issuer, serialNumber } = certificateParts(other)
      if (!issuer.equals(subject) || !other.verify(certificate.publicKey)) {
        throw new UsageError('this authority has not issued the certificate; ask the one that has')
      }
      revoked.set(serialNumber.toString('hex'), new Date(now()))
    },
    statusOf(id) {
      if (!isOfIssuer(id, certificate) || !isOwnSerialNumber(id.serialNumber, key)) return { kind: 'unknown' }
      const at = revoked.get(id.serialNumber.toString('hex'))
      return at === undefined ? { kind: 'good' } : { kind: 'revoked', at }
    },
  }
}

/** X-Road reads the member off the subject of a signing certificate; an internal certificate says only who it is. */
function checkSubject({ subject }: CertificateRequest, usage: CertificateUsage, where: string): void {
  const wanted = usage === 'internal' ? ['CN'] : ['C', 'O', 'CN', 'serialNumber']
  const missing = wanted.filter((attribute) => (subject.get(attribute) ?? '') === '')
  if (missing.length > 0) {
    throw new UsageError(`${where} lacks ${missing.join(', ')} in its subject; write ${wanted.join(', ')}.`)
  }
  if (usage !== 'internal' && (subject.get('serialNumber') ?? '').split('/').length < 3) {
    throw new UsageError(
      `${where} has the serial number "${subject.get('serialNumber')}"; write INSTANCE/SERVER/CLASS.`,
    )
  }
}
