import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { briefValidity, type OwnSource, startOwnSource } from '../configuration/own-source.ts'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'
import { registerServer } from './new-server.ts'
import { ownServer } from './own-server.ts'

/*
 * What becomes of the calls to and through a security server when something about it is registered. All of these use the
 * same server, which no scenario of another file uses, and each leaves it as it was at the start: in an old version.
 */
const needs = ['management', 'central-server', 'control'] as const

for (const protocol of protocols) {
  scenario(
    `security server older than the provider's allows refused (${protocol})`,
    { covers: ['SVC-17'] },
    async (target) => {
      const [client, service] = [target.client('https'), target.service('random', protocol)]
      expect(await target.ask(protocol, service, { client })).toBeServiceResponse()
      const seen = await target.ask(protocol, service, { client, server: target.outdatedServer() })
      expect(seen).toBeFault('clientVersionTooOld', { origin: 'serverProxy' })
    },
  )
}

scenario(
  'server is sent nothing from when its owner asks for maintenance until that is over',
  { covers: ['STATE-09', 'MGMT-27'], needs },
  async (target) => {
    await using own = await ownServer(target)
    const { address, ask, callIt } = own
    await ask('maintenanceModeEnable', { message: 'Huoltokatko' })
    const message = `. Message from "${address}" administrator: Huoltokatko`
    expect(await callIt()).toBeFault('allInMaintenance', { text: { address, message } })
    await ask('maintenanceModeDisable')
    expect(await callIt()).toBeServiceResponse()
    await ask('maintenanceModeEnable')
    expect(await callIt()).toBeFault('allInMaintenance', { text: { address, message: '' } })
  },
)

scenario(
  'of two servers the one whose owner asked for no maintenance is used',
  { covers: ['STATE-10', 'MGMT-27'], needs },
  async (target) => {
    await using own = await ownServer(target)
    const { services, provider, ask, callIt } = own
    const host = `${randomUUID()}.invalid`
    const { id: server } = await registerServer(services, host)
    expect((await services.ask('clientReg', { server, client: provider.id })).refusal).toBe('none')
    await ask('maintenanceModeEnable')
    expect(await callIt()).toBeFault('serverNotResolved', { text: { host } })
    expect((await services.ask('maintenanceModeEnable', { server })).refusal).toBe('none')
    expect(await callIt()).toBeFault('allInMaintenance')
    await ask('maintenanceModeDisable')
    expect(await callIt()).toBeServiceResponse()
  },
)

scenario(
  'server whose authentication certificate is deleted neither sends nor is sent anything until it is registered',
  { covers: ['MGMT-22', 'MGMT-20', 'STATE-12', 'MT-02'], needs },
  async (target) => {
    await using own = await ownServer(target)
    const { id, ask, authCert, register, callIt, callThroughIt } = own
    const client = target.client('https')
    const sendAsIt = async () => (await target.askPeer({ as: id.serverCode, client, provider: client })).kind
    expect(await sendAsIt()).toBe('response')
    await ask('authCertDeletion', { authCert })
    expect(await sendAsIt()).not.toBe('response')
    expect(await callThroughIt()).toBeFault('authenticationKeyMissingRest')
    // Once it has noticed that itself, it has nothing left to present.
    expect(await callIt()).toBeOneOfFaults([['peerUnknown'], ['peerHandshakeFailed']])
    await register()
    expect(await callThroughIt()).toBeServiceResponse()
    expect(await callIt()).toBeServiceResponse()
  },
)

scenario('calls go to the new address of a server and nowhere else', { covers: ['MGMT-24'], needs }, async (target) => {
  await using own = await ownServer(target)
  const { address, ask, callIt } = own
  await ask('addressChange', { address: 'moved.invalid' })
  expect(await callIt()).toBeFault('serverNotResolved', { text: { host: 'moved.invalid' } })
  await ask('addressChange', { address })
  expect(await callIt()).toBeServiceResponse()
})

scenario(
  'server keeps its global configuration until that expires, and recovers with the next one',
  { covers: ['STATE-11', 'GCONF-29'], needs },
  async (target) => {
    await using own = await ownServer(target)
    const { id, callIt, callThroughIt, downloadBy } = own
    await using source = await startOwnSource(target, target.identity(target.certificateOf(target.client('https'))))
    const download = () => downloadBy(source.anchor)
    expect(await download()).toMatchObject({ accepted: true })
    source.answerWith('expired')
    expect(await download()).toMatchObject({ accepted: false, valid: true })
    expect(await callThroughIt()).toBeServiceResponse()
    await outlive(source, download)
    expect(await callThroughIt()).toBeFault('globalConfigurationExpired')
    expect(await callIt()).toBeFault('globalConfigurationExpired', { origin: 'serverProxy' })
    expect(await target.health(id.serverCode)).toEqual({ status: 500, body: 'Global configuration is expired\n' })
    source.answerWith(undefined)
    await download()
    expect(await callThroughIt()).toBeServiceResponse()
  },
)

/** Has a configuration downloaded that is valid for a moment, and waits until it is no more. */
async function outlive(source: OwnSource, download: () => Promise<{ readonly accepted: boolean }>): Promise<void> {
  source.answerWith('brief')
  let accepted = false
  // On a machine that is busy the moment may be over before the download is.
  for (let n = 0; n < 10 && !accepted; n += 1) accepted = (await download()).accepted
  source.answerWith('expired')
  expect(accepted, 'a configuration that is valid for a moment is taken').toBe(true)
  await pause(briefValidity + 1)
  expect(await download()).toMatchObject({ accepted: false, valid: false })
}
