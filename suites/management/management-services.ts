import { randomUUID, type X509Certificate } from 'node:crypto'
import { expect } from 'vitest'
import {
  type ClientId,
  clientId,
  formatPath,
  type MemberId,
  memberOf,
  type ServerId,
} from '../../fixtures/identifiers.ts'
import type { Part } from '../client/multipart.ts'
import { observeSource, textOf } from '../configuration/configuration-source.ts'
import { childOf } from '../observe/xml.ts'
import { NotApplicable } from '../target/not-applicable.ts'
import type { Target } from '../target/target.ts'
import { type IssuedKey, orderCertificate } from './certificate-order.ts'
import { type ManagementAnswer, readManagementAnswer } from './management-answer.ts'
import { approvedAuthority, askOcsp } from './ocsp-proof.ts'
import { callRegistration } from './registration-call.ts'
import { type RequestFields, writeRequest } from './request-message.ts'
import { type MemberAlgorithm, memberParts, registrationParts, type Signer, writeParts } from './signed-request.ts'

/** What a scenario wants to be otherwise in a request. */
export interface Wishes {
  /** Who signs; by default the member of the client, or the owner of the server. */
  readonly signer?: MemberId | Signer
  readonly sender?: MemberId
  readonly algorithm?: MemberAlgorithm
  /** The service as it is called. */
  readonly serviceCode?: string
  /** The management services that the request is for, if not those of the instance. */
  readonly provider?: ClientId
  /** The parts as they are sent. */
  readonly parts?: (parts: Part[]) => Part[]
}

/** The management services of an instance, as somebody finds them who has its global configuration. */
export interface ManagementServices {
  readonly provider: ClientId
  /** The owner of the consumers' security server. */
  readonly owner: MemberId
  /** Where authentication certificates are registered, and the certificate (DER) that is presented there. */
  readonly registration: { readonly address: string; readonly certificate: Buffer }
  /**
   * Sends a request that a member signs, through the security server of its sender; not applicable where the release has no
   * such service.
   */
  ask(serviceCode: string, fields: RequestFields, wishes?: Wishes): Promise<ManagementAnswer>
  /** Sends a request that nobody signs. */
  askUnsigned(serviceCode: string, fields: RequestFields, wishes?: Wishes): Promise<ManagementAnswer>
  /** Registers an authentication certificate. */
  register(certificate: IssuedKey, fields: RequestFields, wishes?: Wishes): Promise<ManagementAnswer>
  /** A member's signing certificate with the proof that it is good; a new one for every call. */
  signer(member: MemberId): Promise<Signer>
  /** What the responder of the authority says of a certificate. */
  askOcsp(certificate: X509Certificate): Promise<Buffer>
  /** A certificate for a security server with that address. */
  orderAuthentication(server: ServerId, address: string): Promise<IssuedKey>
}

/** Releases add services; to call one before it exists judges nobody. */
function requireService({ profile }: Target, code: string): void {
  const { offered } = profile.quirks.managementServices
  if (offered.some((known) => known === code)) return
  throw new NotApplicable(`the central server of ${profile.title} has no management service ${code}`)
}

/** Of the members of topologies: others are there for one scenario only. */
const lastingSigners = new Map<string, Promise<Signer>>()

/** Reads off the global configuration of the target where the services are. */
export async function openManagementServices(target: Target): Promise<ManagementServices> {
  const source = await observeSource(target)
  const service = childOf(await source.parameters('PRIVATE-PARAMETERS'), 'managementService')
  const authority = approvedAuthority(await source.parameters('SHARED-PARAMETERS'))
  const parts = childOf(service, 'managementRequestServiceProviderId')?.children.map(({ text }) => text) ?? []
  const [instance = '', memberClass = '', memberCode = '', subsystemCode] = parts
  const provider = clientId(instance, memberClass, memberCode, subsystemCode)
  const caller = target.client('owner')
  const owner = memberOf(caller)
  const ownSigners = new Map<string, Promise<Signer>>()
  const nameOf = (member: MemberId) => target.topology.members.find(({ id }) => id === formatPath(member))?.name

  async function orderSigner(member: MemberId): Promise<Signer> {
    const serialNumber = `${member.instance}/${target.server}/${member.memberClass}`
    const issued = await orderCertificate(target, 'signing', {
      organisation: nameOf(member) ?? member.memberCode,
      serialNumber,
      commonName: member.memberCode,
    })
    return { ...issued, ocsp: await askOcsp(authority, issued.certificate) }
  }

  /** Members sign with one certificate, whoever asks: certificates and proofs cost the target more than requests do. */
  async function signerFor(member: MemberId | Signer): Promise<Signer> {
    if ('ocsp' in member) return member
    const signers = nameOf(member) === undefined ? ownSigners : lastingSigners
    const name = `${target.trustServices.issuing} ${formatPath(member)}`
    const known = signers.get(name) ?? orderSigner(member)
    signers.set(name, known)
    return known.catch((error) => {
      signers.delete(name)
      throw error
    })
  }

  function message(serviceCode: string, fields: RequestFields, wishes: Wishes) {
    const { sender, serviceCode: called = serviceCode, provider: other = provider } = wishes
    const id = randomUUID()
    const from = sender ?? fields.server?.owner ?? owner
    return { id, soap: writeRequest({ sender: from, provider: other, serviceCode: called, id, fields }) }
  }

  async function send(id: string, parts: readonly Part[]): Promise<ManagementAnswer> {
    const { contentType, body } = writeParts(parts)
    return post(id, contentType, body)
  }

  async function post(messageId: string, contentType: string, body: Buffer | string): Promise<ManagementAnswer> {
    const headers = [['Content-Type', contentType]] as const
    const seen = await target.soap({ client: caller }).send({ headers, body, messageId })
    expect(seen.kind, 'an answer to a management request').toBe('response')
    if (seen.kind !== 'response') throw new Error('no answer')
    return readManagementAnswer(seen.status, seen.headers, seen.body)
  }

  return {
    provider,
    owner,
    registration: {
      address: textOf(service, 'authCertRegServiceAddress') ?? '',
      certificate: Buffer.from(textOf(service, 'authCertRegServiceCert') ?? '', 'base64'),
    },
    async ask(serviceCode, fields, wishes = {}) {
      requireService(target, serviceCode)
      const { id, soap } = message(serviceCode, fields, wishes)
      const { client, server } = fields
      const signer = await signerFor(wishes.signer ?? (client && memberOf(client)) ?? server?.owner ?? owner)
      const parts = memberParts(soap, signer, wishes.algorithm ?? 'SHA512withRSA')
      return send(id, wishes.parts?.(parts) ?? parts)
    },
    async askUnsigned(serviceCode, fields, wishes = {}) {
      const { id, soap } = message(serviceCode, fields, wishes)
      return post(id, 'text/xml; charset=UTF-8', soap)
    },
    async register(authentication, fields, wishes = {}) {
      const { soap } = message('authCertReg', fields, wishes)
      const signer = await signerFor(wishes.signer ?? fields.server?.owner ?? owner)
      const parts = registrationParts(soap, authentication, signer, wishes.algorithm ?? 'SHA512withRSA')
      const address = textOf(service, 'authCertRegServiceAddress') ?? ''
      return callRegistration(address, writeParts(wishes.parts?.(parts) ?? parts))
    },
    signer: orderSigner,
    askOcsp: (certificate) => askOcsp(authority, certificate),
    orderAuthentication: ({ owner: { instance, memberClass }, serverCode }, address) =>
      orderCertificate(target, 'authentication', {
        organisation: 'Roadworthy',
        serialNumber: `${instance}/${serverCode}/${memberClass}`,
        commonName: address,
      }),
  }
}
