import { equalIds, formatId } from '../../fixtures/identifiers.ts'
import { certificateMember } from './certificate-member.ts'
import { readCertificate, verifyAuthenticationCertificate, verifySigningCertificate } from './certificate-trust.ts'
import { invalidRequest, ManagementFault } from './management-fault.ts'
import type { ManagementRequest } from './management-request.ts'
import { verifyAddress, verifySender } from './request-claims.ts'
import { requirePart, requireSignature, unexpectedPart, verifySignature } from './request-parts.ts'
import type { RequestVerification } from './request-verification.ts'

/** Checks the registration of an authentication certificate, in the order of the reference (MGMT-21). */
export function verifyRegistration(request: ManagementRequest, { trust, provider, at }: RequestVerification): void {
  const [byKey, byOwner, authentication, signing, response, more] = request.attachments
  if (more !== undefined) throw unexpectedPart()
  const keySignature = requireSignature(byKey, 'Auth')
  const ownerSignature = requireSignature(byOwner, 'Owner')
  const authenticationDer = requirePart(authentication, 'Auth certificate is missing')
  const ownerDer = requirePart(signing, 'Owner certificate is missing')
  const ocsp = requirePart(response, 'Owner certificate OCSP is missing')
  const certificate = readCertificate(authenticationDer)
  verifyAuthenticationCertificate(certificate, trust, at)
  verifySignature(request, keySignature, certificate, 'Auth signature verification failed')
  const owner = readCertificate(ownerDer)
  verifySigningCertificate(owner, ocsp, trust, at)
  verifySignature(request, ownerSignature, owner, 'Owner signature verification failed.')
  const { soap, fields } = request
  if (!equalIds(soap.service.provider, provider) || soap.client.instance !== provider.instance) {
    throw invalidRequest('Invalid management service address. Contact central server administrator.')
  }
  verifySender(request)
  if (fields.authCert?.equals(authenticationDer) !== true) {
    throw new ManagementFault('certValidation', 'Authentication certificates do not match.')
  }
  const named = certificateMember(owner)
  if (!equalIds(named, fields.server.owner)) {
    throw invalidRequest(
      `Subject identifier (${formatId(named)}) in certificate does not match security server owner identifier (${formatId(fields.server.owner)}) in request`,
    )
  }
  verifyAddress(fields.address)
}
