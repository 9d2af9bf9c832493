import { readCertificate, verifyAuthenticationCertificate } from './certificate-trust.ts'
import { invalidRequest, ManagementFault } from './management-fault.ts'
import type { ManagementRequest } from './management-request.ts'
import { requirePart, requireSignature, unexpectedPart, verifySignature } from './request-parts.ts'
import type { RequestVerification } from './request-verification.ts'

/** Checks the registration of an authentication certificate, in the order of the reference (MGMT-21). */
export function verifyRegistration(request: ManagementRequest, verification: RequestVerification): void {
  const { trust, provider, at, decisions } = verification
  const [byKey, byOwner, authentication, signing, response, more] = request.attachments
  if (more !== undefined) throw unexpectedPart()
  const keySignature = requireSignature(byKey, 'Auth')
  const ownerSignature = requireSignature(byOwner, 'Owner')
  const authenticationDer = requirePart(authentication, 'Auth certificate is missing')
  const ownerDer = requirePart(signing, 'Owner certificate is missing')
  const ocsp = requirePart(response, 'Owner certificate OCSP is missing')
  const certificate = readCertificate(authenticationDer)
  verifyAuthenticationCertificate(certificate, trust, at)
  verifySignature(request, keySignature, certificate, verification, 'Auth signature verification failed')
  const owner = readCertificate(ownerDer)
  decisions.verifySigningCertificate(owner, ocsp, trust, at)
  verifySignature(request, ownerSignature, owner, verification, 'Owner signature verification failed.')
  if (!decisions.isForProvider(request, provider)) {
    throw invalidRequest('Invalid management service address. Contact central server administrator.')
  }
  decisions.verifySender(request)
  if (!decisions.isSameCertificate(authenticationDer, request.fields.authCert)) {
    throw new ManagementFault('certValidation', 'Authentication certificates do not match.')
  }
  decisions.verifyOwner(request, owner)
  decisions.verifyAddress(request.fields.address)
}
