import { expect } from 'vitest'
import { clientStatuses } from '../../fixtures/connection-type.ts'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'

// Only a registered client exists, as consumer and as provider.
const otherStatuses = clientStatuses.filter((status) => status !== 'registered')

for (const protocol of protocols) {
  for (const status of otherStatuses) {
    scenario(`client in state ${status} may not consume (${protocol})`, { covers: ['STATE-01'] }, async (target) => {
      const client = target.clientInState(status)
      const service = target.service('random', protocol)
      expect(await target.ask(protocol, service, { client })).toBeFault('clientNotFound', { client })
    })
  }

  scenario(
    `client that is not registered is unknown even with a wrong certificate (${protocol})`,
    { covers: ['CONN-GEN-10'] },
    async (target) => {
      const client = target.clientInState('saved')
      const certificate = target.certificate('stranger')
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
      expect(seen).toBeFault('clientNotFound', { client })
    },
  )

  scenario(
    `subsystem of the owner that was never added is unknown (${protocol})`,
    { covers: ['STATE-07'] },
    async (target) => {
      const client = { ...target.client('owner'), kind: 'subsystem', subsystemCode: 'NeverAdded' } as const
      const certificate = target.certificateOf(target.client('owner'))
      const seen = await target.ask(protocol, target.service('random', protocol), {
        client,
        certificate,
        server: target.server,
      })
      expect(seen).toBeFault('clientNotFound', { client })
    },
  )

  for (const status of otherStatuses) {
    scenario(`client in state ${status} may not provide (${protocol})`, { covers: ['STATE-02'] }, async (target) => {
      const service = target.serviceInState(status, protocol)
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      // Which side notices depends on whether global configuration still lists the provider.
      expect(seen).toBeOneOfFaults([
        ['providerNotFound', { service }],
        ['clientNotFound', { origin: 'serverProxy', within: 'serviceFailed', client: service.provider }],
      ])
    })
  }
}
