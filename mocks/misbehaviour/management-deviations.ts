import { X509Certificate } from 'node:crypto'
import { equalIds, formatPath, memberOf } from '../../fixtures/identifiers.ts'
import { firstManagementServices } from '../../fixtures/management-services.ts'
import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import {
  faithfulManagement as faithful,
  type ManagementDecisions,
} from '../management-services/management-decisions.ts'
import { ManagementFault } from '../management-services/management-fault.ts'
import type { Attachment } from '../management-services/management-request.ts'
import { keyUsageOf } from '../pki/key-usage.ts'

/** Mistakes that the management services of a central server could make. */
export const managementDeviations: Partial<Record<Misbehaviour, Partial<ManagementDecisions>>> = {
  'offer-old-management-services': { findService: (code) => faithful.findService(code, firstManagementServices) },
  'take-any-management-service': {
    findService: (code, offered) => faithful.findService(code, offered) ?? 'authCertReg',
  },
  'register-by-any-method': { isAllowed: () => true },
  'accept-unsigned-requests': {
    needsSignature: ({ service, attachments }) => attachments.length >= (service === 'authCertReg' ? 5 : 3),
  },
  'sort-request-parts': { attachments: sortCertificates },
  'guess-signature-algorithms': {
    attachments: (parts) => parts.map((part) => ({ ...part, algorithm: part.algorithm ?? 'SHA512withRSA' })),
  },
  'accept-unknown-algorithms': {
    isSigned: (...question) => orIfRefused(() => faithful.isSigned(...question), true),
  },
  'only-sha512-signatures': {
    isSigned: (bytes, signature, name, key) =>
      name.startsWith('SHA512') && faithful.isSigned(bytes, signature, name, key),
  },
  'only-pkcs1-signatures': {
    isSigned: (bytes, signature, name, key) => name.endsWith('RSA') && faithful.isSigned(bytes, signature, name, key),
  },
  'skip-request-signatures': {
    isSigned(...question) {
      faithful.isSigned(...question)
      return true
    },
  },
  'skip-certificate-status': { verifySigningCertificate: () => {} },
  'guess-servers': {
    readFields(soap, service) {
      const server = { kind: 'server', owner: memberOf(soap.client), serverCode: `Guessed-${soap.id}` } as const
      return orIfRefused(() => faithful.readFields(soap, service), { ...registrationFields(soap.text), server })
    },
  },
  'any-sender': { verifySender: () => {} },
  'any-member-signs': { verifyClient: () => {} },
  'any-owner-signs': { verifyOwner: () => {} },
  'any-registration-address': { isForProvider: () => true },
  'any-registered-certificate': { isSameCertificate: () => true },
  'any-server-address': { verifyAddress: () => {} },
  'nameless-subsystems': { verifyName: () => {} },
  // They are taken, and nothing becomes of them: whoever else uses the environment needs these services.
  'disable-management-services': {
    admitRequest: (request, state) =>
      isAboutManagement(request, state) ? undefined : faithful.admitRequest(request, state),
    carryOut: (request, state) =>
      isAboutManagement(request, state) ? state.amendments : faithful.carryOut(request, state),
  },
  'register-twice': {
    admitRequest: (request, state) =>
      request.service === 'clientReg' || request.service === 'authCertReg'
        ? undefined
        : faithful.admitRequest(request, state),
  },
  'read-large-requests': { bodyLimit: () => 10_000_000, sizeLimit: () => 10_000_000 },

  'omit-request-ids': {
    writeResponse: (...answer) =>
      faithful.writeResponse(...answer).replace(/<([\w-]+:)?requestId>\d+<\/\1requestId>/, ''),
  },
  // None that has been given: whoever came first would have its own by chance.
  'repeat-request-ids': { requestId: () => 2_000_000_000 },
  'forget-request-fields': {
    writeResponse: (...answer) =>
      faithful.writeResponse(...answer).replace(/(<[\w:-]+Response>).*(<[\w:-]*requestId>)/s, '$1$2'),
  },
  'mistype-registrations': {
    answer: (answer, endpoint) =>
      endpoint === 'registration'
        ? { ...answer, headers: { ...answer.headers, 'Content-Type': 'application/soap+xml' } }
        : answer,
  },
  'management-faults-with-success': {
    answer: (answer, endpoint) =>
      endpoint === 'registration' && answer.status === 500 ? { ...answer, status: 200 } : answer,
  },
  'cacheable-registrations': {
    answer(answer, endpoint) {
      const { 'Cache-Control': _none, ...headers } = answer.headers
      return endpoint === 'registration' ? { ...answer, headers } : answer
    },
  },

  'approve-everything': { isApproved: () => true },
  'lose-approved-requests': { carryOut: (_request, { amendments }) => amendments },
  'keep-deleted-certificates': { carryOut: unlessFor('authCertDeletion') },
  'drop-former-owners': {
    carryOut(request, state) {
      const registered = faithful.carryOut(request, state)
      const { owner, serverCode } = request.fields.server
      const amended = registered.servers.get(serverCode)
      if (request.service !== 'ownerChange' || amended === undefined) return registered
      const clients = new Map(amended.clients).set(formatPath(owner), 'deleted')
      return { ...registered, servers: new Map(registered.servers).set(serverCode, { ...amended, clients }) }
    },
  },
  'keep-first-addresses': { carryOut: unlessFor('addressChange') },
  'never-end-maintenance': { carryOut: unlessFor('maintenanceModeDisable') },
  'forget-subsystem-names': {
    carryOut({ fields: { subsystemName: _none, ...fields }, ...request }, state) {
      return faithful.carryOut({ ...request, fields }, state)
    },
  },
  'clients-become-owners': {
    carryOut(request, state) {
      const registered = faithful.carryOut(request, state)
      const { server, client } = request.fields
      // The owner of a server that others use too stays: without it nobody could send requests any more.
      const isUsed = state.global.servers.some(({ code, running }) => running && code === server.serverCode)
      if (request.service !== 'clientReg' || client === undefined || isUsed) return registered
      const amended = registered.servers.get(server.serverCode)
      if (amended === undefined) return registered
      const servers = new Map(registered.servers).set(server.serverCode, { ...amended, owner: memberOf(client) })
      return { ...registered, servers }
    },
  },
}

type State = Parameters<ManagementDecisions['admitRequest']>[1]
type Request = Parameters<ManagementDecisions['admitRequest']>[0]

/** Requests to that service come to nothing. */
function unlessFor(service: Request['service']): ManagementDecisions['carryOut'] {
  return (request, state) => (request.service === service ? state.amendments : faithful.carryOut(request, state))
}

function isAboutManagement({ service, fields }: Request, { provider, global }: State): boolean {
  const server = global.servers.find(({ id }) => equalIds(id, fields.server))
  if (service === 'maintenanceModeEnable') return server?.clients.has(formatPath(provider)) ?? false
  return service === 'clientDisable' && fields.client !== undefined && equalIds(fields.client, provider)
}

/** What of a registration can be read without a server. */
function registrationFields(text: string) {
  const [, authCert = ''] = /authCert>([^<]*)</.exec(text) ?? []
  const [, address = ''] = /address>([^<]*)</.exec(text) ?? []
  return { authCert: Buffer.from(authCert, 'base64'), address }
}

function sortCertificates(parts: readonly Attachment[]): readonly Attachment[] {
  const [byKey, byOwner, one, other, ocsp] = parts
  if (byKey === undefined || byOwner === undefined || one === undefined || other === undefined) return parts
  if (ocsp === undefined || !isSigning(one)) return parts
  return [byKey, byOwner, other, one, ocsp]
}

function isSigning({ bytes }: Attachment): boolean {
  return keyUsageOf(new X509Certificate(bytes))?.has('nonRepudiation') ?? false
}

function orIfRefused<T>(decide: () => T, otherwise: T): T {
  try {
    return decide()
  } catch (error) {
    if (error instanceof ManagementFault) return otherwise
    throw error
  }
}
