import { readCertificate, verifySigningCertificate } from './certificate-trust.ts'
import type { ManagementRequest } from './management-request.ts'
import { rulesOf } from './management-service.ts'
import { verifyClient, verifyFields, verifySender } from './request-claims.ts'
import { requirePart, requireSignature, unexpectedPart, verifySignature } from './request-parts.ts'
import type { RequestVerification } from './request-verification.ts'
import { verifyRegistration } from './verify-registration.ts'

/** Checks parts, signatures, certificates and fields, in the order of the reference; throws a ManagementFault. */
export function verifyRequest(request: ManagementRequest, verification: RequestVerification): void {
  const { signing } = rulesOf(request.service)
  if (signing === 'none') verifySender(request)
  else if (signing === 'member') verifySigned(request, verification)
  else verifyRegistration(request, verification)
}

function verifySigned(request: ManagementRequest, { trust, at }: RequestVerification): void {
  const [signature, signing, response, more] = request.attachments
  if (more !== undefined) throw unexpectedPart()
  const signed = requireSignature(signature, 'Client')
  const der = requirePart(signing, 'Client certificate is missing')
  const ocsp = requirePart(response, 'Client certificate OCSP is missing')
  const certificate = readCertificate(der)
  verifySignature(request, signed, certificate, 'Client signature verification failed')
  verifySigningCertificate(certificate, ocsp, trust, at)
  verifySender(request)
  if (rulesOf(request.service).signer === 'client') verifyClient(request, certificate)
  verifyFields(request)
}
