import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import {
  type ClientId,
  equalIds,
  formatId,
  idParts,
  type MemberId,
  memberOf,
  type ServerId,
} from '../../fixtures/identifiers.ts'
import { certificateMember } from '../pki/certificate-member.ts'
import { invalidRequest, ManagementFault } from './management-fault.ts'
import type { ManagementRequest } from './management-request.ts'

/** Only the owner of a security server sends requests about it. */
export function verifySender({ soap, fields }: ManagementRequest): void {
  verifyIdentifier(fields.server)
  if (fields.client !== undefined) verifyIdentifier(fields.client)
  if (!equalIds(soap.client, fields.server.owner)) throw invalidRequest('Sender does not match server owner.')
}

function verifyIdentifier(id: ServerId | ClientId): void {
  const isPart = (part: string) => part !== '' && part.length <= 255 && !/[\p{Cc}:;%/\\\ufeff\u200b]/u.test(part)
  if (idParts(id).every(isPart)) return
  throw new ManagementFault('invalidClientIdentifier', 'The management request contains an invalid identifier.')
}

/** Whoever becomes a client, or ceases to be one, has signed it. */
export function verifyClient({ service, fields: { client } }: ManagementRequest, certificate: X509Certificate): void {
  if (client === undefined) throw new ManagementFault('internalError', `The request to ${service} names no client`)
  const named = signerOf(certificate)
  if (equalIds(named, memberOf(client))) return
  throw invalidRequest(
    `Subject identifier (${formatId(named)}) in certificate does not match client's member identifier (${formatId(client)}) in request`,
  )
}

/** The owner that the server's identifier names has signed it. */
export function verifyOwner({ fields: { server } }: ManagementRequest, certificate: X509Certificate): void {
  const named = signerOf(certificate)
  if (equalIds(named, server.owner)) return
  throw invalidRequest(
    `Subject identifier (${formatId(named)}) in certificate does not match security server owner identifier (${formatId(server.owner)}) in request`,
  )
}

function signerOf(certificate: X509Certificate): MemberId {
  const named = certificateMember(certificate)
  if (typeof named === 'string') throw new ManagementFault('incorrectCertificate', named)
  return named
}

/** Whether a request is for the services of this instance, and from it. */
export function isForProvider({ soap: { service, client } }: ManagementRequest, provider: ClientId): boolean {
  return equalIds(service.provider, provider) && client.instance === provider.instance
}

/** Only subsystems have names, and a new one is not blank (MGMT-26). */
export function verifyName({ service, fields: { client, subsystemName = '' } }: ManagementRequest): void {
  const gives = service === 'clientRename' || (service === 'clientReg' && subsystemName !== '')
  if (gives && client?.kind === 'member') throw invalidRequest('Only name of subsystem can be changed')
  if (service === 'clientRename' && subsystemName.trim() === '') throw invalidRequest('Invalid subsystem name')
}

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i

/** An IP address, or a name that is one by the rules of host names (MGMT-24). */
export function verifyAddress(address: string | undefined): void {
  if (address !== undefined && (isIP(address) !== 0 || isHostName(address))) return
  throw invalidRequest('Invalid server address')
}

function isHostName(address: string): boolean {
  const ascii = /^[\x21-\x7e]+$/.test(address) ? address : domainToASCII(address)
  const labels = ascii.replace(/\.$/, '').split('.')
  return ascii.length <= 253 && labels.every((part) => label.test(part)) && !/^\d/.test(labels.at(-1) ?? '')
}
