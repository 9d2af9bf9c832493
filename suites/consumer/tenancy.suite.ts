import { expect } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import { headerValues } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'

// A server that several organisations share: nothing but certificates and rights stands between them.
for (const protocol of protocols) {
  scenario(
    `tenant cannot speak for another tenant (${protocol})`,
    { covers: ['TENANT-01', 'TENANT-05'] },
    async (target) => {
      const client = target.client('other-tenant')
      const certificate = target.certificateOf(target.client('https'))
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
      expect(seen).toBeFault('certificateNotListed', { client })
    },
  )

  scenario(
    `impersonation reaches no provider (${protocol})`,
    { covers: ['TENANT-01', 'CONN-GEN-11'], needs: ['control'] },
    async (target) => {
      const client = target.client('other-tenant')
      const certificate = target.certificateOf(target.client('https'))
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
      expect(seen).toBeFault('certificateNotListed', { client })
      expect(await target.providerCalls(seen)).toEqual([])
    },
  )

  scenario(
    `tenants are answered at the same address, each with its own certificate (${protocol})`,
    { covers: ['TENANT-04'] },
    async (target) => {
      const service = target.service('random', protocol)
      expect(await target.ask(protocol, service, { client: target.client('https') })).toBeServiceResponse()
      expect(await target.ask(protocol, service, { client: target.client('other-tenant') })).toBeServiceResponse()
    },
  )

  scenario(
    `address from which a tenant has just called grants nothing (${protocol})`,
    { covers: ['TENANT-06'] },
    async (target) => {
      const client = target.client('https')
      const service = target.service('random', protocol)
      expect(await target.ask(protocol, service, { client })).toBeServiceResponse()
      expect(await target.ask(protocol, service, { client, certificate: 'none' })).toBeFault('certificateMissing', {
        client,
      })
    },
  )

  scenario(
    `right of one tenant gives another tenant nothing (${protocol})`,
    { covers: ['TENANT-15', 'ACL-02'] },
    async (target) => {
      const service = target.service('exclusive', protocol)
      expect(await target.ask(protocol, service, { client: target.client('https') })).toBeServiceResponse()
      const seen = await target.ask(protocol, service, { client: target.client('other-tenant') })
      expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
    },
  )
}

scenario(
  'provider sees the tenant as caller, not the owner of the server (rest)',
  { covers: ['TENANT-16'], needs: ['control'] },
  async (target) => {
    const client = target.client('other-tenant')
    const seen = await target.ask('rest', target.service('random', 'rest'), { client })
    const [call] = await target.providerCalls(seen)
    expect(headerValues({ headers: call?.headers ?? [] }, 'x-road-client')).toEqual([formatPath(client)])
  },
)

scenario(
  'provider sees the tenant as caller, not the owner of the server (soap)',
  { covers: ['TENANT-16'], needs: ['control'] },
  async (target) => {
    const client = target.client('other-tenant')
    const seen = await target.ask('soap', target.service('random', 'soap'), { client })
    const [call] = await target.providerCalls(seen)
    const message = Buffer.from(call?.body.base64 ?? '', 'base64').toString()
    expect(message).toMatch(new RegExp(`<(\\w+:)?subsystemCode>${formatPath(client).split('/').at(-1)}</`))
  },
)

// Metadata services are called like any other service, so the certificate is asked for before they answer (CONN-GEN-07).
for (const protocol of protocols) {
  for (const serviceCode of ['listMethods', 'allowedMethods', protocol === 'rest' ? 'getOpenAPI' : 'getWsdl']) {
    scenario(
      `metadata service ${serviceCode} refused without certificate (${protocol})`,
      { covers: ['CONN-GEN-07'] },
      async (target) => {
        const client = target.client('https')
        const { serviceVersion: _none, ...service } = target.service('random', protocol)
        const seen = await target.ask(protocol, { ...service, serviceCode }, { client, certificate: 'none' })
        expect(seen).toBeFault('certificateMissing', { client })
      },
    )
  }
}

for (const protocol of protocols) {
  scenario(
    `name under which the server is called plays no part (${protocol})`,
    { covers: ['CONN-HTTPS-17'] },
    async (target) => {
      const client = target.client('https')
      const certificate = target.certificateOf(client)
      await using connection = target.connect({ certificate, serverName: 'another.name.example' })
      expect(
        await target.ask(protocol, target.service('random', protocol), { client, connection }),
      ).toBeServiceResponse()
    },
  )
}
