import { expect } from 'vitest'
import { managementServiceCodes } from '../../fixtures/management-services.ts'
import type { Part } from '../client/multipart.ts'
import { childOf } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'
import { openManagementServices, type Wishes } from './management-services.ts'
import { registerServer } from './new-server.ts'
import { newcomer } from './newcomer.ts'
import { memberAlgorithms } from './signature-algorithms.ts'

/*
 * Requests of security servers, sent through the exchange as they send them. Each scenario registers a server of its own
 * first, which nothing is ever sent to.
 */
const needs = ['management', 'central-server'] as const

/** The registration of a client on a new server, as the wishes have it. */
async function registerClient(target: Target, wishes: Wishes = {}) {
  const services = await openManagementServices(target)
  const { id: server } = await registerServer(services)
  return services.ask('clientReg', { server, client: newcomer(target) }, wishes)
}

/** Authentication certificates alone are registered another way. */
const codes = managementServiceCodes.filter((code) => code !== 'authCertReg')

scenario('management services are all offered through the exchange', { covers: ['MGMT-01'], needs }, async (target) => {
  const services = await openManagementServices(target)
  const answers = await Promise.all(codes.map((code) => services.askUnsigned(code, {})))
  const known = codes.filter((_, index) => !/unknown.?service/i.test(faultOf(answers[index])))
  // Older releases have fewer; the central server may be newer than the profile.
  const { offered } = target.profile.quirks.managementServices
  expect(known).toEqual(expect.arrayContaining(codes.filter((code) => offered.includes(code))))
})

function faultOf(answer: Awaited<ReturnType<typeof registerClient>> | undefined): string {
  return `${answer?.fault?.code} ${answer?.fault?.text}`
}

scenario(
  'answer to a management request repeats its header and its hash',
  { covers: ['MGMT-02'], needs },
  async (target) => {
    const { header } = await registerClient(target)
    const owner = childOf(childOf(header, 'client'), 'memberCode')?.text
    expect(owner).toBe(target.client('owner').memberCode)
    expect(childOf(childOf(header, 'service'), 'serviceCode')?.text).toBe('clientReg')
    expect(childOf(header, 'requestHash')?.text ?? '').not.toBe('')
  },
)

scenario('request without signature is refused', { covers: ['MGMT-05', 'MGMT-06'], needs }, async (target) => {
  const services = await openManagementServices(target)
  const { id: server } = await registerServer(services)
  const { fault } = await services.askUnsigned('clientReg', { server, client: newcomer(target) })
  expect(fault?.code.toLowerCase().replace('_', '')).toBe('invalidrequest')
})

for (const [at, part] of ['signing certificate', 'OCSP response'].entries()) {
  scenario(`request without ${part} is refused`, { covers: ['MGMT-06'], needs }, async (target) => {
    const { fault, refusal } = await registerClient(target, { parts: (parts) => parts.slice(0, 2 + at) })
    expect(fault?.code.toLowerCase().replace('_', '')).toBe('invalidrequest')
    expect(refusal).toMatch(/missing/i)
  })
}

scenario('request is taken with every signature algorithm', { covers: ['MGMT-10'], needs }, async (target) => {
  for (const algorithm of memberAlgorithms) {
    const { refusal } = await registerClient(target, { algorithm })
    expect(refusal, algorithm).toBe('none')
  }
})

/** Parts whose signature says another algorithm, or none. */
function withAlgorithm(algorithm: string | undefined) {
  return ([soap, signature, ...rest]: Part[]): Part[] => {
    const [type] = signature?.headers ?? []
    const named = algorithm === undefined ? [] : [['signature-algorithm-id', algorithm] as const]
    const headers = [...(type === undefined ? [] : [type]), ...named]
    return [soap, { headers, body: signature?.body ?? '' }, ...rest] as Part[]
  }
}

scenario(
  'request signed by an algorithm that nobody knows is refused',
  { covers: ['MGMT-10'], needs },
  async (target) => {
    const { fault } = await registerClient(target, { parts: withAlgorithm('ROT13withRSA') })
    expect(fault).toBeDefined()
  },
)

scenario('request whose signature says no algorithm is refused', { covers: ['MGMT-09'], needs }, async (target) => {
  const { fault } = await registerClient(target, { parts: withAlgorithm(undefined) })
  expect(fault).toBeDefined()
})

scenario('request that was changed after it was signed is refused', { covers: ['MGMT-12'], needs }, async (target) => {
  const changed = ([soap, ...rest]: Part[]) => [
    { headers: soap?.headers ?? [], body: String(soap?.body).replace('Newcomer', 'Newcomen') },
    ...rest,
  ]
  const { fault } = await registerClient(target, { parts: changed })
  expect(fault?.code.toLowerCase().replaceAll('_', '')).toBe('invalidsignaturevalue')
})

scenario(
  'request of a signer without proof of its certificate is refused',
  { covers: ['MGMT-13'], needs },
  async (target) => {
    const services = await openManagementServices(target)
    const [one, other] = [await services.signer(services.owner), await services.signer(services.owner)]
    const { id: server } = await registerServer(services)
    const signer = { ...one, ocsp: other.ocsp }
    const { fault } = await services.ask('addressChange', { server, address: 'other.invalid' }, { signer })
    expect(fault?.code.toLowerCase().replaceAll('_', '')).toBe('incorrectvalidationinfo')
  },
)

scenario(
  'request of a signer whose certificate was revoked is refused',
  { covers: ['MGMT-13'], needs: [...needs, 'control'] },
  async (target) => {
    const services = await openManagementServices(target)
    const { id: server } = await registerServer(services)
    const { certificate, key } = await services.signer(services.owner)
    await target.control.revoke(certificate.toString())
    const signer = { key, certificate, ocsp: await services.askOcsp(certificate) }
    const { fault } = await services.ask('addressChange', { server, address: 'other.invalid' }, { signer })
    expect(fault?.code.toLowerCase().replaceAll('_', '')).toBe('certvalidation')
  },
)

scenario(
  'answer to a request repeats its fields and numbers it',
  { covers: ['MGMT-14', 'MGMT-17'], needs },
  async (target) => {
    const { content, requestId } = await registerClient(target)
    expect(content?.name).toBe('clientRegResponse')
    expect(content?.children.map(({ name }) => name)).toEqual(['server', 'client', 'requestId'])
    expect(Number(requestId)).toBeGreaterThan(0)
  },
)

scenario('requests have numbers of their own', { covers: ['MGMT-14'], needs }, async (target) => {
  const [one, other] = [await registerClient(target), await registerClient(target)]
  expect(one.requestId).not.toBe(other.requestId)
})

scenario('client for whom somebody else has signed is refused', { covers: ['MGMT-18'], needs }, async (target) => {
  const { instance, memberClass, memberCode } = target.client('owner')
  const signer = { kind: 'member', instance, memberClass, memberCode } as const
  const { refusal } = await registerClient(target, { signer })
  expect(refusal).toMatch(/does not match client's member identifier/)
})
