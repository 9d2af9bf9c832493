import { expect } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import type { Part } from '../client/multipart.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'
import { approve } from './approve.ts'
import { openManagementServices, type Wishes } from './management-services.ts'
import { addMember, newMember } from './new-member.ts'
import { orderServer } from './new-server.ts'
import { publishedHash, publishedServer } from './published-server.ts'
import { callRegistration, presentedCertificate } from './registration-call.ts'
import type { RequestFields } from './request-message.ts'
import { keyAlgorithms } from './signature-algorithms.ts'

/* Authentication certificates are registered straight at the central server. */
const needs = ['management', 'central-server'] as const
const address = 'new.invalid'

/** Registers the certificate of a new server, with what is to be otherwise. */
async function register(target: Target, wishes: Wishes = {}, fields: RequestFields = {}) {
  const services = await openManagementServices(target)
  const { id: server, certificate } = await orderServer(services)
  const authCert = certificate.certificate.raw
  return services.register(certificate, { server, address, authCert, ...fields }, wishes)
}

scenario('authentication certificates are registered by POST', { covers: ['MGMT-03'], needs }, async (target) => {
  const { status, requestId } = await register(target)
  expect(status).toBe(200)
  expect(Number(requestId)).toBeGreaterThan(0)
})

scenario('authentication certificates are not registered by GET', { covers: ['MGMT-03'], needs }, async (target) => {
  const { registration } = await openManagementServices(target)
  const { status } = await callRegistration(registration.address, { contentType: '', body: Buffer.alloc(0) }, 'GET')
  // Of the web server in front, or of what is behind it.
  expect([403, 405]).toContain(status)
})

scenario(
  'registration service presents the certificate of the global configuration',
  { covers: ['MGMT-03'], needs },
  async (target) => {
    const { registration } = await openManagementServices(target)
    const presented = await presentedCertificate(registration.address)
    expect(presented?.toString('base64')).toBe(registration.certificate.toString('base64'))
  },
)

scenario('registration of a service that nobody knows is refused', { covers: ['MGMT-01'], needs }, async (target) => {
  const { fault } = await register(target, { serviceCode: 'certReg' })
  expect(fault).toBeDefined()
})

for (const [count, part] of [
  [2, "owner's signature"],
  [3, 'authentication certificate'],
  [4, "owner's certificate"],
  [5, 'OCSP response'],
] as const) {
  scenario(`registration without ${part} is refused`, { covers: ['MGMT-07'], needs }, async (target) => {
    const { refusal } = await register(target, { parts: (parts) => parts.slice(0, count) })
    expect(refusal).toMatch(/missing/i)
  })
}

scenario(
  'registration with its certificates in the other order is refused',
  { covers: ['MGMT-07'], needs },
  async (target) => {
    const swapped = ([soap, byKey, byOwner, authentication, owner, ocsp]: Part[]) =>
      [soap, byKey, byOwner, owner, authentication, ocsp] as Part[]
    const { fault } = await register(target, { parts: swapped })
    expect(fault).toBeDefined()
  },
)

scenario(
  'registration with its signatures in the other order is refused',
  { covers: ['MGMT-07'], needs },
  async (target) => {
    const swapped = ([soap, byKey, byOwner, ...rest]: Part[]) => [soap, byOwner, byKey, ...rest] as Part[]
    const { fault } = await register(target, { parts: swapped })
    expect(fault?.code.toLowerCase().replaceAll('_', '')).toBe('invalidsignaturevalue')
  },
)

scenario(
  'registration is taken with every signature algorithm',
  { covers: ['MGMT-11', 'MGMT-10'], needs },
  async (target) => {
    for (const algorithm of keyAlgorithms) {
      const { refusal } = await register(target, { algorithm })
      expect(refusal, algorithm).toBe('none')
    }
  },
)

scenario('answer to a registration is text/xml', { covers: ['MGMT-15'], needs }, async (target) => {
  const { headers } = await register(target)
  expect(headers.get('content-type') ?? '').toMatch(/^text\/xml *(;|$)/i)
})

scenario(
  'registration that is refused is answered with a SOAP fault',
  { covers: ['MGMT-16'], needs },
  async (target) => {
    const { status, fault, content } = await register(target, { parts: (parts) => parts.slice(0, 2) })
    expect(content?.name).toBe('Fault')
    expect(fault?.code ?? 'none').toMatch(/^(invalid_request|InvalidRequest)$/)
    expect(status).toBe(500)
  },
)

scenario('registration without a server is refused', { covers: ['MGMT-17'], needs }, async (target) => {
  const { fault } = await register(target, {}, { server: undefined as never })
  expect(fault).toBeDefined()
})

scenario(
  'registration of another certificate than it brings is refused',
  { covers: ['MGMT-21'], needs },
  async (target) => {
    const { refusal } = await register(target, {}, { authCert: Buffer.from('another') })
    expect(refusal).toMatch(/do not match/)
  },
)

scenario(
  'registration by somebody who does not own the server is refused',
  { covers: ['MGMT-21'], needs },
  async (target) => {
    const { instance, memberClass, memberCode } = target.client('other-tenant')
    const { refusal } = await register(target, { sender: { kind: 'member', instance, memberClass, memberCode } })
    expect(refusal).toMatch(/Sender does not match server owner/)
  },
)

scenario(
  'registration with the signature of another owner is refused',
  { covers: ['MGMT-21'], needs },
  async (target) => {
    const { instance, memberClass, memberCode } = target.client('other-tenant')
    const { refusal } = await register(target, { signer: { kind: 'member', instance, memberClass, memberCode } })
    expect(refusal).toMatch(/does not match/)
  },
)

scenario('registration for other management services is refused', { covers: ['MGMT-21'], needs }, async (target) => {
  const { refusal } = await register(target, { provider: target.client('other-tenant') })
  expect(refusal).toMatch(/Invalid management service address/)
})

scenario('answer to a registration is not kept', { covers: ['MGMT-28'], needs }, async (target) => {
  const { headers } = await register(target)
  expect(headers.get('cache-control') ?? '').toMatch(/no-store/)
})

scenario('registration of more than 50 kilobytes is refused', { covers: ['MGMT-28'], needs }, async (target) => {
  const { status } = await register(target, {}, { message: 'x'.repeat(50 * 1024) })
  expect(status).toBe(413)
})

scenario(
  'registered certificate and address are published',
  { covers: ['MGMT-20'], needs: [...needs, 'control'] },
  async (target) => {
    const services = await openManagementServices(target)
    const { id: server, certificate } = await orderServer(services)
    const authCert = certificate.certificate.raw
    await services.register(certificate, { server, address, authCert })
    expect(await publishedServer(target, server.serverCode)).toMatchObject({
      owner: formatPath(server.owner),
      address,
      certificates: [publishedHash(target, authCert)],
    })
  },
)

scenario(
  'registration is published once it has been approved, and not before',
  { covers: ['MGMT-20'], needs: [...needs, 'control'] },
  async (target) => {
    const services = await openManagementServices(target)
    const owner = await addMember(target, newMember(target))
    const { id, certificate } = await orderServer(services)
    const server = { ...id, owner }
    const authCert = certificate.certificate.raw
    const { requestId } = await services.register(certificate, { server, address, authCert })
    expect(await publishedServer(target, server.serverCode)).toBeUndefined()
    await approve(target, requestId)
    expect((await publishedServer(target, server.serverCode))?.certificates).toEqual([publishedHash(target, authCert)])
  },
)
