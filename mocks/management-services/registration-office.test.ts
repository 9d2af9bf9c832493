import { expect, test } from 'vitest'
import { clientId, type MemberId, type ServerId } from '../../fixtures/identifiers.ts'
import type { ManagementServiceCode } from '../../fixtures/management-services.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import type { GlobalConfiguration } from '../security-server/global-configuration.ts'
import { type Amendments, amend, noAmendments } from './amendments.ts'
import { faithfulManagement } from './management-decisions.ts'
import type { ApprovedServiceCode } from './management-service.ts'
import { type RegistrationOffice, registrationOffice } from './registration-office.ts'
import type { RequestFields } from './request-fields.ts'

const owner: MemberId = { kind: 'member', instance: 'FI-DEV', memberClass: 'GOV', memberCode: '1' }
const other: MemberId = { ...owner, memberCode: '2' }
const server: ServerId = { kind: 'server', owner, serverCode: 'ss1' }
const app = clientId('FI-DEV', 'GOV', '2', 'App')
const path = 'FI-DEV/GOV/2/App'

const everyKind = ['authCertReg', 'clientReg', 'ownerChange'] as const

/** An office with one server, which its owner uses alone, and a second member. */
function open(automatic: readonly ApprovedServiceCode[], capacity?: number) {
  const approvalOf = (code: ApprovedServiceCode) => (automatic.includes(code) ? 'automatic' : 'by-hand')
  const start: GlobalConfiguration = {
    instance: 'FI-DEV',
    members: [owner, other].map((id) => ({ id, name: id.memberCode, subsystems: [] })),
    servers: [
      {
        id: server,
        code: 'ss1',
        address: 'ss1',
        running: true,
        clients: new Set(['FI-DEV/GOV/1']),
        maintenance: undefined,
        authenticationCertificates: new Set(),
      },
    ],
    authorities: [],
    groups: new Map(),
  }
  let amendments: Amendments = noAmendments
  const global = () => amend(start, amendments)
  const office = registrationOffice({
    provider: clientId('FI-DEV', 'GOV', '1', 'MANAGEMENT'),
    global,
    amendments: () => amendments,
    register: async (next) => {
      amendments = next
    },
    firstCertificates: async () => [],
    approval: {
      authCertReg: approvalOf('authCertReg'),
      clientReg: approvalOf('clientReg'),
      ownerChange: approvalOf('ownerChange'),
    },
    decisions: () => faithfulManagement,
    ...(capacity !== undefined && { capacity }),
  })
  const find = (code: string) => global().servers.find((one) => one.code === code)
  return { office, global, find }
}

function submit(office: RegistrationOffice, service: ManagementServiceCode, fields: Partial<RequestFields> = {}) {
  return office.submit({ service, fields: { server, client: app, ...fields } })
}

test('a client is published when its registration has been approved', async () => {
  const { office, find, global } = open([])
  const id = await submit(office, 'clientReg', { subsystemName: 'Sovellus' })
  expect(find('ss1')?.clients.has(path)).toBe(false)
  await office.approve(id)
  expect(find('ss1')?.clients.has(path)).toBe(true)
  expect(global().members[1]?.subsystems).toEqual([{ id: app, name: 'Sovellus' }])
  expect(office.requests()).toMatchObject([{ id, status: 'APPROVED' }])
  await expect(office.approve(id)).rejects.toThrow('request 1 does not wait for approval: it is APPROVED')
})

test('a registration that waits is not taken twice, and is taken back by a deletion', async () => {
  const { office } = open([])
  await submit(office, 'clientReg')
  await expect(submit(office, 'clientReg')).rejects.toThrow('management_request_exists with statusCode 409')
  await submit(office, 'clientDeletion')
  expect(office.requests().map(({ status }) => status)).toEqual(['REVOKED', 'APPROVED'])
  await expect(submit(office, 'clientDeletion')).rejects.toThrow('client_registration_not_found with statusCode 404')
})

test('a registration that is declined has no effect and may be repeated', async () => {
  const { office, find } = open([])
  office.decline(await submit(office, 'clientReg'))
  expect(find('ss1')?.clients.has(path)).toBe(false)
  office.setApproval(path, true)
  await submit(office, 'clientReg')
  expect(find('ss1')?.clients.has(path)).toBe(true)
})

test('approval is set by a path as it is meant, and not by what is none', async () => {
  const { office, find } = open([])
  for (const mistyped of ['FI-DEV/GOV', 'SUBSYSTEM:FI-DEV/GOV/2/App', 'FI-TEST/GOV/2/App', `${path}/`, '']) {
    expect(() => office.setApproval(mistyped, true), mistyped).toThrow(
      new UsageError(
        `"${mistyped}" is no client of FI-DEV; write FI-DEV/CLASS/MEMBER or FI-DEV/CLASS/MEMBER/SUBSYSTEM`,
      ),
    )
  }
  office.setApproval('FI-DEV/GOV/2/%41pp', true)
  await submit(office, 'clientReg')
  expect(find('ss1')?.clients.has(path)).toBe(true)
})

test('what needs no approval takes effect at once', async () => {
  const { office, find } = open(everyKind)
  await submit(office, 'clientReg')
  await submit(office, 'clientDisable')
  expect(find('ss1')?.clients.has(path)).toBe(false)
  await submit(office, 'clientEnable')
  await submit(office, 'addressChange', { address: 'moved' })
  await submit(office, 'maintenanceModeEnable', { message: 'later' })
  expect(find('ss1')).toMatchObject({ address: 'moved', maintenance: { message: 'later' } })
  expect(find('ss1')?.clients.has(path)).toBe(true)
})

test('a new owner was a client before, and the old one becomes one', async () => {
  const { office, find, global } = open(everyKind)
  await expect(submit(office, 'ownerChange', { client: other })).rejects.toThrow('owner_must_be_client')
  await submit(office, 'clientReg', { client: other })
  await submit(office, 'ownerChange', { client: other })
  expect(find('ss1')?.id.owner).toEqual(other)
  expect([...(find('ss1')?.clients ?? [])].sort()).toEqual(['FI-DEV/GOV/1', 'FI-DEV/GOV/2'])
  expect(global().groups.get('security-server-owners')).toEqual(new Set(['FI-DEV/GOV/2']))
})

test('one kind of registration waits where another is approved by itself', async () => {
  const { office, find } = open(['clientReg'])
  await submit(office, 'clientReg', { client: other })
  await submit(office, 'ownerChange', { client: other })
  expect(office.requests().map(({ status }) => status)).toEqual(['APPROVED', 'WAITING'])
  expect(find('ss1')?.id.owner).toEqual(owner)
})

test('a server of an unknown member waits even where registrations are approved by themselves', async () => {
  const { office, find, global } = open(everyKind)
  const stranger = { ...server, owner: { ...owner, memberCode: '3' }, serverCode: 'ss9' }
  const fields = { server: stranger, address: 'ss9.example', authCert: Buffer.from('der') }
  const id = await office.submit({ service: 'authCertReg', fields })
  expect(find('ss9')).toBeUndefined()
  await office.approve(id)
  expect(find('ss9')).toMatchObject({ address: 'ss9.example', running: false })
  expect(global().members.at(-1)?.name).toBe('3')
  expect(global().certificates?.added.get('ss9')).toEqual([Buffer.from('der')])
})

test('a server is what it was at the start once it has been restored, and others are not', async () => {
  const { office, find, global } = open(everyKind)
  const before = find('ss1')
  const [authCert, address] = [Buffer.from('der'), 'ss9.example']
  await submit(office, 'authCertReg', { server: { ...server, serverCode: 'ss9' }, address, authCert: Buffer.from('9') })
  await expect(submit(office, 'authCertDeletion', { authCert: Buffer.from('9') })).rejects.toThrow('server_not_found')
  await submit(office, 'clientReg')
  await submit(office, 'authCertReg', { authCert })
  await submit(office, 'authCertDeletion', { authCert })
  await submit(office, 'addressChange', { address: 'moved.example' })
  expect(find('ss1')).not.toEqual(before)
  await office.restore('ss1')
  expect(find('ss1')).toEqual(before)
  expect(global().certificates).toEqual({ added: new Map([['ss9', [Buffer.from('9')]]]), deleted: [] })
  expect(find('ss9')?.address).toBe(address)
})

test('what waits for a server is taken back when it is restored, and may be asked for again', async () => {
  const { office } = open([])
  const first = await submit(office, 'clientReg')
  await submit(office, 'authCertReg', { server: { ...server, serverCode: 'ss9' }, authCert: Buffer.from('9') })
  await office.restore('ss1')
  expect(office.requests().map(({ status }) => status)).toEqual(['REVOKED', 'WAITING'])
  await expect(office.approve(first)).rejects.toThrow('it is REVOKED')
  expect(await submit(office, 'clientReg')).toBe(3)
})

test('members are added once, and only to their own instance', async () => {
  const { office, global } = open(everyKind)
  await office.addMember('FI-DEV/GOV/3', 'Kolmas')
  expect(global().members.at(-1)).toMatchObject({ name: 'Kolmas' })
  await expect(office.addMember('FI-DEV/GOV/3', 'Kolmas')).rejects.toThrow('exists already')
  await expect(office.addMember('EE/GOV/3', 'Kolmas')).rejects.toThrow('is no member of FI-DEV')
})

test('of too many requests the oldest decided ones are forgotten, and those that wait stay', async () => {
  const { office } = open([], 3)
  const waiting = await submit(office, 'clientReg')
  for (const address of ['a', 'b', 'c']) await submit(office, 'addressChange', { address })
  expect(office.requests().map(({ id, status }) => [id, status])).toEqual([
    [waiting, 'WAITING'],
    [3, 'APPROVED'],
    [4, 'APPROVED'],
  ])
  await expect(office.approve(2)).rejects.toThrow('it was decided, and is kept no more')
  await expect(office.approve(5)).rejects.toThrow('there is none')
})

test('where all requests wait a further one is refused, and taken when one has been decided', async () => {
  const { office } = open([], 2)
  const register = (code: string) => submit(office, 'clientReg', { client: clientId('FI-DEV', 'GOV', '2', code) })
  await register('A')
  await register('B')
  await expect(register('C')).rejects.toThrow('2 requests wait for approval')
  expect(office.requests()).toHaveLength(2)
  office.decline(1)
  expect(await register('C')).toBe(3)
  expect(office.requests().map(({ id }) => id)).toEqual([2, 3])
})
