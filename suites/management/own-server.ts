import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect } from 'vitest'
import type { ServerId } from '../../fixtures/identifiers.ts'
import type { DownloadOutcome } from '../client/control-client.ts'
import type { Seen } from '../observe/answer.ts'
import { type AddedProvider, addProvider } from '../target/added-provider.ts'
import { passRest } from '../target/pass-rest.ts'
import type { Target } from '../target/target.ts'
import { type ManagementServices, openManagementServices } from './management-services.ts'
import type { RequestFields } from './request-message.ts'

/** A running security server that nobody else counts on, with a provider of the scenario's own. In the end it is as it was. */
export interface OwnServer extends AsyncDisposable {
  readonly services: ManagementServices
  readonly id: ServerId
  readonly address: string
  /** Authentication certificate, DER. */
  readonly authCert: Buffer
  readonly provider: AddedProvider
  /** Calls the provider, through the consumers' own security server. */
  callIt(): Promise<Seen>
  /** Calls a provider of the consumers' own server, through this one. */
  callThroughIt(): Promise<Seen>
  /** Sends a request of its owner, which has to be taken. */
  ask(serviceCode: string, fields?: Omit<RequestFields, 'server'>): Promise<void>
  /** Registers its authentication certificate. */
  register(): Promise<void>
  /** Has it download by another anchor, and go by it from then on. */
  downloadBy(anchor: string): Promise<DownloadOutcome>
}

/** The server as it was registered at the start, whatever has become of it since, and no older than others. */
export async function ownServer(target: Target): Promise<OwnServer> {
  const { code: serverCode, address = serverCode, settings } = target.spareServer()
  const setVersion = (softwareVersion?: string) =>
    target.control.change(serverCode, { kind: 'set-settings', settings: { softwareVersion } })
  const services = await openManagementServices(target)
  const id: ServerId = { kind: 'server', owner: services.owner, serverCode }
  const identity = target.authenticationIdentity(serverCode)
  const [certificate, key] = [new X509Certificate(identity.certificate), createPrivateKey(identity.key)]
  await target.control.restore(serverCode)
  const provider = await addProvider(target, { server: serverCode })
  // Last, for until this function returns nobody takes it back.
  await setVersion(target.profile.softwareVersion)
  const taken = (service: string, refusal: string) => expect(refusal, `fault of ${service}`).toBe('none')
  return {
    services,
    id,
    address,
    authCert: certificate.raw,
    provider,
    callIt: async () => (await passRest(target, { service: provider.service })).seen,
    async callThroughIt() {
      const { service } = await addProvider(target, { server: target.server })
      const approach = { client: target.client('https'), server: serverCode }
      return (await passRest(target, { service, approach })).seen
    },
    async ask(serviceCode, fields) {
      const send = serviceCode === 'authCertDeletion' ? services.askUnsigned : services.ask
      taken(serviceCode, (await send(serviceCode, { server: id, ...fields })).refusal)
    },
    async register() {
      const fields = { server: id, address, authCert: certificate.raw }
      taken('authCertReg', (await services.register({ key, certificate }, fields)).refusal)
    },
    downloadBy: (anchor) => target.control.download(anchor, { server: serverCode }),
    async [Symbol.asyncDispose]() {
      await target.control.restore(serverCode)
      await setVersion(settings.softwareVersion)
    },
  }
}
