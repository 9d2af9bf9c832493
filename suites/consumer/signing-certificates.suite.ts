import { expect } from 'vitest'
import { formatPath, type MemberId, memberOf, type SubsystemId } from '../../fixtures/identifiers.ts'
import { addMember, newMember } from '../management/new-member.ts'
import { importSigningCertificate } from '../management/signing-certificate.ts'
import { answerUnsigned, requestUnsigned } from '../observe/cannot-sign.ts'
import { scenario } from '../scenario.ts'
import { addProvider } from '../target/added-provider.ts'
import { passRest } from '../target/pass-rest.ts'
import { protocols } from '../target/protocol.ts'
import type { Target } from '../target/target.ts'

// What a member signs with: without it neither its requests nor its answers leave its security server.
const needs = ['control', 'management'] as const

/** A client of the member on the consumers' server. */
async function addTenant(target: Target, member: MemberId, code = 'Tenant'): Promise<SubsystemId> {
  const client: SubsystemId = { ...member, kind: 'subsystem', subsystemCode: code }
  const change = { kind: 'add-client', client: { id: formatPath(client), connectionType: 'HTTP' } } as const
  await target.control.change(target.server, change)
  return client
}

/** An organisation that is in the register, and has nothing on any security server. */
function organisation(target: Target, member = newMember(target)): Promise<MemberId> {
  return addMember(target, member, 'automatic')
}

/** A member with the same code, of another class. */
function namesakeOf(target: Target, { memberClass, ...member }: MemberId): MemberId {
  const other = target.topology.memberClasses.find((one) => one !== memberClass)
  return { ...member, memberClass: other ?? `${memberClass}-2` }
}

for (const protocol of protocols) {
  scenario(
    `client may not send without a signing certificate (${protocol})`,
    { covers: ['TENANT-10'] },
    async (target) => {
      const client = target.client('unsigned')
      const seen = await target.ask(protocol, target.service('random', protocol), { client })
      expect(seen).toBeOneOfFaults(requestUnsigned(protocol, client))
    },
  )

  scenario(
    `request that cannot be signed reaches no provider (${protocol})`,
    { covers: ['TENANT-10'], needs: ['control'] },
    async (target) => {
      const client = target.client('unsigned')
      const seen = await target.ask(protocol, target.service('random', protocol), { client })
      expect(seen).toBeOneOfFaults(requestUnsigned(protocol, client))
      expect(await target.providerCalls(seen)).toEqual([])
    },
  )

  scenario(
    `provider may not answer without a signing certificate (${protocol})`,
    { covers: ['TENANT-10'] },
    async (target) => {
      const service = target.service('unsigned', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeOneOfFaults(answerUnsigned(service.provider))
    },
  )

  scenario(
    `provider whose answer could not be signed is not called (${protocol})`,
    { covers: ['TENANT-10'], needs: ['control'] },
    async (target) => {
      const service = target.service('unsigned', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeOneOfFaults(answerUnsigned(service.provider))
      expect(await target.providerCalls(seen)).toEqual([])
    },
  )

  scenario(
    `client may send once its signing certificate is imported (${protocol})`,
    { covers: ['TENANT-10'], needs },
    async (target) => {
      const client = await addTenant(target, await organisation(target))
      const [service, approach] = [target.service('random', protocol), { client, server: target.server }]
      expect(await target.ask(protocol, service, approach)).toBeOneOfFaults(requestUnsigned(protocol, client))
      await importSigningCertificate(target, memberOf(client))
      expect(await target.ask(protocol, service, approach)).toAcceptCaller()
    },
  )

  scenario(
    `second subsystem of a member needs no signing certificate of its own (${protocol})`,
    { covers: ['TENANT-08'], needs },
    async (target) => {
      const member = await organisation(target)
      await addTenant(target, member)
      await importSigningCertificate(target, member)
      const client = await addTenant(target, member, 'Second')
      const approach = { client, server: target.server }
      expect(await target.ask(protocol, target.service('random', protocol), approach)).toAcceptCaller()
    },
  )

  scenario(
    `signing certificate of one member serves no other (${protocol})`,
    { covers: ['TENANT-10'], needs },
    async (target) => {
      const member = await organisation(target)
      await addTenant(target, member)
      const client = await addTenant(target, await organisation(target, namesakeOf(target, member)))
      await importSigningCertificate(target, member)
      const approach = { client, server: target.server }
      const seen = await target.ask(protocol, target.service('random', protocol), approach)
      expect(seen).toBeOneOfFaults(requestUnsigned(protocol, client))
    },
  )
}

scenario(
  'provider may answer once its signing certificate is imported',
  { covers: ['TENANT-10'], needs },
  async (target) => {
    const { id, service } = await addProvider(target, { member: await organisation(target) })
    expect((await passRest(target, { service })).seen).toBeOneOfFaults(answerUnsigned(id))
    await importSigningCertificate(target, memberOf(id), target.scriptedService('rest').server.code)
    expect((await passRest(target, { service })).seen).toBeServiceResponse()
  },
)
