import { UsageError } from '../../fixtures/usage-error.ts'
import { certificateUsages } from '../pki/certificate-profile.ts'
import { readCertificateRequest } from '../pki/certificate-request.ts'
import type { CertificationAuthority } from '../pki/certification-authority.ts'
import { answerWith, refuseRequest, type TrustAnswer, type TrustRequest } from './trust-answer.ts'

/** Issues what a POST asks for, a PKCS#10 request in PEM or DER, for the `usage` of the query: for tests nobody is asked. */
export async function answerCertificateRequest(
  authority: CertificationAuthority,
  request: TrustRequest,
): Promise<TrustAnswer> {
  if (request.method !== 'POST') return refuseRequest(405, 'Send a certificate request by POST.', { Allow: 'POST' })
  const usage = certificateUsages.find((one) => one === request.query.get('usage'))
  if (usage === undefined) return refuseRequest(400, `Write ?usage= with one of ${certificateUsages.join(', ')}.`)
  try {
    const where = 'The request'
    const issued = await authority.issue(readCertificateRequest(request.body, where), usage, where)
    return answerWith('application/x-pem-file', issued.toString())
  } catch (error) {
    if (error instanceof UsageError) return refuseRequest(400, error.message)
    throw error
  }
}
