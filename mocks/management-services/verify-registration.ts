import { equalIds, formatId } from '../../fixtures/identifiers.ts'
import { certificateMember } from './certificate-member.ts'
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
  const { soap, fields } = request
  if (!equalIds(soap.service.provider, provider) || soap.client.instance !== provider.instance) {
    throw invalidRequest('Invalid management service address. Contact central server administrator.')
  }
  decisions.verifySender(request)
  if (!decisions.isSameCertificate(authenticationDer, fields.authCert)) {
    throw new ManagementFault('certValidation', 'Authentication certificates do not match.')
  }
  const named = certificateMember(owner)
  if (!equalIds(named, fields.server.owner)) {
    throw invalidRequest(
      `Subject identifier (${formatId(named)}) in certificate does not match security server owner identifier (${formatId(fields.server.owner)}) in request`,
    )
  }
  decisions.verifyAddress(fields.address)
}
