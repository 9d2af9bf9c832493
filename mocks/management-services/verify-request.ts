import { readCertificate } from './certificate-trust.ts'
import type { ManagementRequest } from './management-request.ts'
import { rulesOf } from './management-service.ts'
import { requirePart, requireSignature, unexpectedPart, verifySignature } from './request-parts.ts'
import type { RequestVerification } from './request-verification.ts'
import { verifyRegistration } from './verify-registration.ts'

/** Checks parts, signatures, certificates and fields, in the order of the reference; throws a ManagementFault. */
export function verifyRequest(request: ManagementRequest, verification: RequestVerification): void {
  const { signing } = rulesOf(request.service)
  const { decisions } = verification
  if (signing === 'none' || !decisions.needsSignature(request)) decisions.verifySender(request)
  else if (signing === 'member') verifySigned(request, verification)
  else verifyRegistration(request, verification)
}

function verifySigned(request: ManagementRequest, verification: RequestVerification): void {
  const { trust, at, decisions } = verification
  const { service, attachments, fields } = request
  const [signature, signing, response, more] = attachments
  if (more !== undefined) throw unexpectedPart()
  const signed = requireSignature(signature, 'Client')
  const der = requirePart(signing, 'Client certificate is missing')
  const ocsp = requirePart(response, 'Client certificate OCSP is missing')
  const certificate = readCertificate(der)
  verifySignature(request, signed, certificate, verification, 'Client signature verification failed')
  decisions.verifySigningCertificate(certificate, ocsp, trust, at)
  decisions.verifySender(request)
  if (rulesOf(service).signer === 'client') decisions.verifyClient(request, certificate)
  decisions.verifyName(request)
  if (service === 'addressChange') decisions.verifyAddress(fields.address)
}
