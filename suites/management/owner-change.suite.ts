import { expect } from 'vitest'
import { type ClientId, formatPath, type MemberId, type ServerId } from '../../fixtures/identifiers.ts'
import { scenario } from '../scenario.ts'
import { addProvider } from '../target/added-provider.ts'
import { passRest } from '../target/pass-rest.ts'
import type { Target } from '../target/target.ts'
import { change } from './joining.ts'
import { openManagementServices } from './management-services.ts'
import { addMember, newMember } from './new-member.ts'
import { registerServer } from './new-server.ts'
import { importSigningCertificate } from './signing-certificate.ts'

/* What an owner may do, and by which name its server is called. Each scenario has a member and a server of its own. */
const needs = ['management', 'central-server', 'control'] as const

/** A new server with a client that does not own it yet, and what becomes of it when it does. */
async function becomeClient(target: Target) {
  const services = await openManagementServices(target)
  const member = await addMember(target, newMember(target), 'automatic')
  const { id: server } = await registerServer(services)
  async function ask(serviceCode: string, owner: MemberId, client: ClientId): Promise<void> {
    const { refusal } = await services.ask(serviceCode, { server: { ...server, owner }, client })
    expect(refusal, `fault of ${serviceCode}`).toBe('none')
  }
  await ask('clientReg', services.owner, member)
  return { member, server, owner: services.owner, ask }
}

/** Lets a member call by itself through the consumers' server. */
async function letCall(target: Target, member: MemberId): Promise<void> {
  const client = { id: formatPath(member), connectionType: 'HTTPS_NO_AUTH' as const }
  await change(target, { kind: 'add-client', client })
  await importSigningCertificate(target, member)
}

scenario(
  'member has the rights of owners as long as it owns a server',
  { covers: ['MGMT-23', 'ACL-03'], needs },
  async (target) => {
    const allow = [{ subjects: [{ globalGroup: 'security-server-owners' }] }]
    const { service } = await addProvider(target, { service: { allow } })
    const { member, owner, ask } = await becomeClient(target)
    await letCall(target, member)
    const call = async () => (await passRest(target, { service, approach: { client: member } })).seen
    expect(await call()).toBeFault('accessDenied', { origin: 'serverProxy', service })
    await ask('ownerChange', owner, member)
    expect(await call()).toBeServiceResponse()
    // The member asks for this by itself, which only owners may.
    await ask('ownerChange', member, owner)
    expect(await call()).toBeFault('accessDenied', { origin: 'serverProxy', service })
  },
)

scenario(
  'server is called by the name of its owner, and by no former one',
  { covers: ['MGMT-23'], needs },
  async (target) => {
    const { member, owner, server, ask } = await becomeClient(target)
    const provider: ClientId = { ...member, kind: 'subsystem', subsystemCode: 'OnNewServer' }
    await ask('clientReg', owner, provider)
    const call = async (serverId: ServerId) => {
      const headers = [['X-Road-Security-Server', formatPath(serverId)]] as const
      return (await passRest(target, { service: { kind: 'service', provider, serviceCode: 'any' }, headers })).seen
    }
    const [before, after] = [server, { ...server, owner: member }]
    expect(await call(before)).toBeFault('serverNotResolved', { text: { host: 'new.invalid' } })
    await ask('ownerChange', owner, member)
    expect(await call(before)).toBeFault('serverUnknown', { server: before })
    expect(await call(after)).toBeFault('serverNotResolved', { text: { host: 'new.invalid' } })
  },
)
