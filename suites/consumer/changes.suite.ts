import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { ConfigurationChange } from '../../fixtures/configuration-change.ts'
import { type ClientId, clientId, formatPath } from '../../fixtures/identifiers.ts'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'
import type { Target } from '../target/target.ts'

/*
 * An administrator changes a server while it runs. Each scenario adds a client of its own, so that it disturbs nobody;
 * the newcomer has no rights, hence "accepted" means that only those stand in its way.
 */
const needs = ['control'] as const

type NewClient = Omit<Extract<ConfigurationChange, { kind: 'add-client' }>['client'], 'id'>

async function addClient(target: Target, client: NewClient): Promise<ClientId> {
  const { instance, memberClass, memberCode } = target.client('https')
  const id = clientId(instance, memberClass, memberCode, `Newcomer-${randomUUID()}`)
  await change(target, { kind: 'add-client', client: { ...client, id: formatPath(id) } })
  // An administrator who changes a client sees it first. So does the server, unless it slept through the change.
  const seen = await target.ask('rest', target.service('random', 'rest'), { client: id, server: target.server })
  expect(seen).not.toBeFault('clientNotFound', { client: id })
  return id
}

function change(target: Target, change: ConfigurationChange): Promise<void> {
  return target.control.change(target.server, change)
}

for (const protocol of protocols) {
  scenario(`newly added client is of type https (${protocol})`, { covers: ['CONN-GEN-02'], needs }, async (target) => {
    const client = await addClient(target, {})
    const service = target.service('random', protocol)
    for (const over of ['https', 'http'] as const) {
      const seen = await target.ask(protocol, service, { client, over, certificate: 'none', server: target.server })
      expect(seen).toBeFault('certificateMissing', { client })
    }
  })

  scenario(
    `change of the connection type takes effect while the server runs (${protocol})`,
    { covers: ['CONN-GEN-12', 'CONN-GEN-01'], needs },
    async (target) => {
      const client = await addClient(target, {})
      const service = target.service('random', protocol)
      const plainly = { client, over: 'http', server: target.server } as const
      expect(await target.ask(protocol, service, plainly)).toBeFault('certificateMissing', { client })
      await change(target, { kind: 'set-connection-type', client: formatPath(client), connectionType: 'HTTPS_NO_AUTH' })
      expect(await target.ask(protocol, service, plainly)).toBeFault('plaintextForbidden', { client })
      await change(target, { kind: 'set-connection-type', client: formatPath(client), connectionType: 'HTTP' })
      expect(await target.ask(protocol, service, plainly)).toAcceptCaller()
    },
  )

  scenario(
    `change of one client's connection type leaves the others alone (${protocol})`,
    { covers: ['CONN-GEN-01'], needs },
    async (target) => {
      const client = await addClient(target, {})
      await change(target, { kind: 'set-connection-type', client: formatPath(client), connectionType: 'HTTP' })
      const other = target.client('https')
      const seen = await target.ask(protocol, target.service('random', protocol), { client: other, over: 'http' })
      expect(seen).toBeFault('certificateMissing', { client: other })
    },
  )

  scenario(
    `certificate works from when it is listed until it is deleted (${protocol})`,
    { covers: ['CONN-GEN-12', 'CONN-HTTPS-10'], needs },
    async (target) => {
      const client = await addClient(target, {})
      const certificate = target.certificate('spare')
      const service = target.service('random', protocol)
      const ask = () => target.ask(protocol, service, { client, certificate, server: target.server })
      expect(await ask()).toBeFault('certificateListEmpty', { client })
      await change(target, {
        kind: 'add-certificate',
        client: formatPath(client),
        certificate: target.pem(certificate),
      })
      expect(await ask()).toAcceptCaller()
      await change(target, {
        kind: 'delete-certificate',
        client: formatPath(client),
        sha256: target.sha256(certificate),
      })
      expect(await ask()).toBeFault('certificateListEmpty', { client })
    },
  )

  scenario(
    `deleted certificate is refused on a connection that it opened before (${protocol})`,
    { covers: ['CONN-HTTPS-10', 'CONN-GEN-06'], needs },
    async (target) => {
      const client = await addClient(target, {})
      const certificate = target.certificate('spare')
      const service = target.service('random', protocol)
      await change(target, {
        kind: 'add-certificate',
        client: formatPath(client),
        certificate: target.pem(certificate),
      })
      await using connection = target.connect({ certificate })
      expect(await target.ask(protocol, service, { client, connection })).toAcceptCaller()
      await change(target, {
        kind: 'delete-certificate',
        client: formatPath(client),
        sha256: target.sha256(certificate),
      })
      expect(await target.ask(protocol, service, { client, connection })).toBeFault('certificateListEmpty', { client })
    },
  )

  scenario(
    `deleting one of two certificates leaves the other (${protocol})`,
    { covers: ['CONN-HTTPS-09', 'CONN-HTTPS-10'], needs },
    async (target) => {
      const client = await addClient(target, {})
      const [kept, deleted] = [target.certificate('spare'), target.certificate('other-spare')]
      for (const name of [kept, deleted]) {
        await change(target, { kind: 'add-certificate', client: formatPath(client), certificate: target.pem(name) })
      }
      await change(target, { kind: 'delete-certificate', client: formatPath(client), sha256: target.sha256(deleted) })
      const service = target.service('random', protocol)
      const server = target.server
      expect(await target.ask(protocol, service, { client, certificate: kept, server })).toAcceptCaller()
      expect(await target.ask(protocol, service, { client, certificate: deleted, server })).toBeFault(
        'certificateNotListed',
        { client },
      )
    },
  )

  scenario(
    `client disappears when it is disabled and comes back when it is enabled (${protocol})`,
    { covers: ['STATE-01', 'STATE-04'], needs },
    async (target) => {
      const client = await addClient(target, { connectionType: 'HTTP' })
      const service = target.service('random', protocol)
      const ask = () => target.ask(protocol, service, { client, server: target.server })
      expect(await ask()).toAcceptCaller()
      await change(target, { kind: 'set-client-status', client: formatPath(client), status: 'disabled' })
      expect(await ask()).toBeFault('clientNotFound', { client })
      await change(target, { kind: 'set-client-status', client: formatPath(client), status: 'registered' })
      expect(await ask()).toAcceptCaller()
    },
  )

  scenario(
    `client that is added again after its deletion lists no certificates (${protocol})`,
    { covers: ['STATE-08'], needs },
    async (target) => {
      const client = await addClient(target, {})
      const certificate = target.certificate('spare')
      const service = target.service('random', protocol)
      await change(target, {
        kind: 'add-certificate',
        client: formatPath(client),
        certificate: target.pem(certificate),
      })
      await change(target, { kind: 'set-client-status', client: formatPath(client), status: 'saved' })
      await change(target, { kind: 'delete-client', client: formatPath(client) })
      await change(target, { kind: 'add-client', client: { id: formatPath(client) } })
      const seen = await target.ask(protocol, service, { client, certificate, server: target.server })
      expect(seen).toBeFault('certificateListEmpty', { client })
    },
  )
}

scenario(
  'registered client cannot be deleted before it is unregistered',
  { covers: ['STATE-06'], needs },
  async (target) => {
    const client = await addClient(target, {})
    const deletion = { kind: 'delete-client', client: formatPath(client) } as const
    await expect(change(target, deletion)).rejects.toThrow('unregister')
    await change(target, { kind: 'set-client-status', client: formatPath(client), status: 'saved' })
    await change(target, deletion)
    const seen = await target.ask('rest', target.service('random', 'rest'), { client, server: target.server })
    expect(seen).toBeFault('clientNotFound', { client })
  },
)

scenario(
  'administrator sees the hash of a certificate that was listed',
  { covers: ['CONN-HTTPS-12'], needs },
  async (target) => {
    const client = await addClient(target, {})
    const certificate = target.certificate('spare')
    await change(target, { kind: 'add-certificate', client: formatPath(client), certificate: target.pem(certificate) })
    expect(await target.control.listedCertificates(target.server, formatPath(client))).toEqual([
      target.sha256(certificate),
    ])
  },
)
