import { expect } from 'vitest'
import type { ClientStatus } from '../../fixtures/connection-type.ts'
import { formatPath, memberOf, type ServerId, type ServiceId, type SubsystemId } from '../../fixtures/identifiers.ts'
import type { Seen } from '../observe/answer.ts'
import { type AddedProvider, addProvider, rightOf } from '../target/added-provider.ts'
import { passRest } from '../target/pass-rest.ts'
import type { Target } from '../target/target.ts'
import { approve } from './approve.ts'
import { type ManagementServices, openManagementServices } from './management-services.ts'
import { addMember, newMember } from './new-member.ts'
import { importSigningCertificate } from './signing-certificate.ts'

/**
 * An organisation that joins a security server of another one, as the guide for sharing tells it. Its client is of type
 * HTTPS.
 */
export interface Joining {
  readonly target: Target
  readonly services: ManagementServices
  /** The security server that is shared. */
  readonly server: ServerId
  readonly client: SubsystemId
  readonly provider: AddedProvider
  /** Name of the certificate that it calls with: one that nobody lists until its own is listed. */
  certificate: string
  /** Number of its registration, once it has been asked for. */
  requestId: number
}

/** A service that it offers itself, to the ordinary client. */
const ownService = 'script'

/** What is done for it, one after the other. */
const steps = {
  'its organisation is added to the register': ({ target, client }) => addMember(target, memberOf(client)),
  'it is added to the security server': ({ target, client }) => {
    const { url } = target.scriptedService('rest').service
    const own = { code: ownService, url, allow: rightOf(target.client('https')) }
    const descriptions = [{ type: 'REST' as const, services: [own] }]
    return change(target, { kind: 'add-client', client: { id: formatPath(client), status: 'saved', descriptions } })
  },
  'its registration is asked for': async (joining) => {
    const { target, services, server, client } = joining
    const { refusal, requestId } = await services.ask('clientReg', { server, client })
    expect(refusal, 'fault of the registration').toBe('none')
    joining.requestId = Number(requestId)
    const status = 'registration in progress'
    await change(target, { kind: 'set-client-status', client: formatPath(client), status })
  },
  'its registration is approved': ({ target, requestId }) => approve(target, requestId),
  'its certificate is listed': (joining) => {
    const { target, client } = joining
    joining.certificate = target.certificate('spare')
    const certificate = target.pem(joining.certificate)
    return change(target, { kind: 'add-certificate', client: formatPath(client), certificate })
  },
  // In reality before the registration, which is signed with it. Here it comes late, so that its lack shows: requests of the
  // management services are signed by the scenarios, since the key that belongs to it never leaves the server.
  'its signing certificate is imported': ({ target, client }) => importSigningCertificate(target, memberOf(client)),
  'it is given a right': ({ provider, client }) =>
    provider.change({ kind: 'set-access-rights', serviceCode: 'script', allow: rightOf(client) }),
} satisfies Record<string, (joining: Joining) => Promise<unknown>>

export type JoiningStep = keyof typeof steps

/** Changes the security server that is shared. */
export async function change(target: Target, wanted: Parameters<Target['control']['change']>[1]): Promise<void> {
  const refused = (error: Error) => error.message
  const refusal = await target.control.change(target.server, wanted).then(() => 'none', refused)
  expect(refusal, `${wanted.kind} at the security server`).toBe('none')
}

/** An organisation for which everything has been done up to that step, and nothing of what follows. */
export async function joinBefore(target: Target, step?: JoiningStep): Promise<Joining> {
  const services = await openManagementServices(target)
  const member = newMember(target)
  const joining: Joining = {
    target,
    services,
    server: { kind: 'server', owner: services.owner, serverCode: target.server },
    client: { ...member, kind: 'subsystem', subsystemCode: 'Joining' },
    provider: await addProvider(target, { service: { allow: [] } }),
    certificate: target.certificate('stranger'),
    requestId: 0,
  }
  for (const [name, take] of Object.entries(steps)) {
    if (name === step) break
    await take(joining)
  }
  return joining
}

/** Calls as the organisation. */
export async function callAs({ target, client, certificate, provider }: Joining): Promise<Seen> {
  const approach = { client, certificate, server: target.server }
  return (await passRest(target, { service: provider.service, approach })).seen
}

/** Calls its own service, as the ordinary client. */
export async function callIt(joining: Joining): Promise<Seen> {
  return (await passRest(joining.target, { service: serviceOf(joining) })).seen
}

/** Its own service as texts name it. */
export function serviceOf({ client }: Joining): ServiceId {
  return { kind: 'service', provider: client, serviceCode: ownService }
}

/** What an administrator does at the security server while the request is on its way. */
export async function ask({ target, services, server, client }: Joining, serviceCode: string, status: ClientStatus) {
  await change(target, { kind: 'set-client-status', client: formatPath(client), status })
  const { refusal } = await services.ask(serviceCode, { server, client })
  expect(refusal, `fault of ${serviceCode}`).toBe('none')
}
