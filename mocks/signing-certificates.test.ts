import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkTopology } from '../fixtures/check-topology.ts'
import type { TopologyInput } from '../fixtures/topology.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { type RunningEnvironment, startEnvironment } from './environment.ts'
import { plainPlan } from './pki/certificate-plan.ts'
import { readCertificateRequest } from './pki/certificate-request.ts'
import { certificationAuthority } from './pki/certification-authority.ts'
import { makeIdentities } from './pki/identity.ts'
import { openKeyCache } from './pki/key-cache.ts'

const provider = 'T/GOV/1/provider'
const topology: TopologyInput = {
  instance: 'T',
  memberClasses: ['GOV'],
  members: [
    { id: 'T/GOV/1', name: 'One' },
    { id: 'T/GOV/2', name: 'Zwölf & "Töchter"' },
  ],
  informationSystems: [{ name: 'test-services', serves: 'test-services' }],
  servers: [
    {
      code: 'ss1',
      owner: 'T/GOV/1',
      membersWithoutSigningCertificate: ['T/GOV/2'],
      clients: [
        { id: 'T/GOV/2/consumer', connectionType: 'HTTP' },
        {
          id: provider,
          descriptions: [{ type: 'REST', services: [{ code: 'rest-test', url: '${test-services.http}/rest-api' }] }],
        },
      ],
    },
    { code: 'ss2', owner: 'T/GOV/1', address: 'ss2.invalid', running: false, clients: [{ id: 'T/GOV/1/elsewhere' }] },
  ],
}

const unsigned = /^server.clientproxy.io_error .*signer.unknown_member: Could not find any certificates for member '/

let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(topology)
})
afterAll(() => environment.stop())

interface Call {
  readonly client?: string
  readonly of?: string
  readonly id?: string
}

/** Code and text of the error that a call comes to. */
async function refusalOf({ client = 'T/GOV/2/consumer', of = provider, id = 'id' }: Call): Promise<string> {
  const { http = '' } = environment.bindings.servers['ss1'] ?? {}
  const headers = { 'X-Road-Client': client, 'X-Road-Id': id }
  const answer = await fetch(new URL(`/r1/${of}/rest-test/random`, http), { headers })
  return `${answer.headers.get('x-road-error')} ${await answer.text()}`
}

async function addMember(code: string): Promise<string> {
  const member = `T/GOV/${code}`
  await environment.change('ss1', { kind: 'add-client', client: { id: `${member}/a`, connectionType: 'HTTP' } })
  return member
}

async function requestFor(member: string) {
  return readCertificateRequest(Buffer.from(await environment.requestSigningCertificate('ss1', member)), 'request')
}

async function importing(certificate: { toString(): string }): Promise<void> {
  await environment.change('ss1', { kind: 'import-signing-certificate', certificate: `${certificate}` })
}

test('a member signs from when its certificate is imported', async () => {
  const authority = await environment.centralServer.trust.authority()
  const member = await addMember('lat%C3%A4s')
  const request = await requestFor(member)
  expect(await refusalOf({ client: `${member}/a` })).toMatch(unsigned)
  await importing(await authority.issue(request, 'signing', 'request'))
  expect(await refusalOf({ client: `${member}/a` })).toMatch(/^server.serverproxy.access_denied/)
})

test('the request has the subject of the Finnish profile', async () => {
  const { subject } = await requestFor('T/GOV/2')
  expect(Object.fromEntries(subject)).toEqual({ C: 'FI', O: 'Zwölf & "Töchter"', CN: '2', serialNumber: 'T/ss1/GOV' })
})

test('a request is made for members of own clients only', async () => {
  const ask = (member: string) => environment.requestSigningCertificate('ss1', member)
  await expect(ask('T/GOV/stranger')).rejects.toThrow('ss1 has no client of T/GOV/stranger; add one first')
  await expect(ask('T/GOV/1/provider')).rejects.toThrow('"T/GOV/1/provider" is no member')
})

test('certificates that the server cannot sign with are refused', async () => {
  const authority = await environment.centralServer.trust.authority()
  const [member, other] = [await addMember('refused'), await addMember('other')]
  const [own, others] = [await requestFor(member), await requestFor(other)]
  const plan = { ...plainPlan('imposter', { C: 'FI', O: 'T', CN: 'T Mock CA' }), authority: true }
  const [identity = expect.unreachable()] = await makeIdentities([plan], await openKeyCache(undefined), new Date())
  expect(authority.certificate.subject).toBe('C=FI\nO=T\nCN=T Mock CA')
  const imposter = certificationAuthority(identity, { ocspUrl: 'http://127.0.0.1/ocsp', now: Date.now })

  const refused: readonly (readonly [certificate: { toString(): string }, reason: RegExp])[] = [
    ['', /^the signing certificate holds no certificate in PEM form/],
    [environment.certificates.get('ss1-internal')?.certificate ?? '', /^ss1 has no key for the certificate; /],
    [await imposter.issue(own, 'signing', 'request'), /^no approved certification authority has issued/],
    [await authority.issue(own, 'authentication', 'request'), /^the certificate is not for signing; /],
    [
      await authority.issue({ ...own, name: others.name }, 'signing', 'request'),
      /^the certificate is of T\/GOV\/other, and its key was made for T\/GOV\/refused; /,
    ],
  ]
  for (const [certificate, reason] of refused) {
    const refusal = await importing(certificate).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(UsageError)
    expect((refusal as UsageError).message).toMatch(reason)
  }
  expect(await refusalOf({ client: `${member}/a` })).toMatch(unsigned)
})

test('that there is no certificate is found out after the way to the provider, and before the message is logged', async () => {
  expect(await refusalOf({ of: 'T/GOV/1/unknown' })).toMatch(/^server.clientproxy.unknown_member/)
  expect(await refusalOf({ of: 'T/GOV/1/elsewhere' })).toMatch(/^server.clientproxy.unknown_host/)
  expect(await refusalOf({ id: 'x'.repeat(300) })).toMatch(unsigned)
})

test('a topology may leave out only members that could have a certificate', () => {
  const [server, other] = topology.servers
  const servers = [{ ...server, membersWithoutSigningCertificate: ['T/GOV/3'] }, other]
  expect(checkTopology({ ...topology, servers })).toEqual({
    issues: [
      {
        path: ['servers', 0, 'membersWithoutSigningCertificate', 0],
        message: expect.stringMatching(/^"T\/GOV\/3" has no client on "ss1"; /),
      },
    ],
  })
})
