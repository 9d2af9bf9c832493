import { expect } from 'vitest'
import { parseFault } from '../observe/fault.ts'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'

// A provider's security server in maintenance, as global configuration announces it.
for (const protocol of protocols) {
  scenario(`server in maintenance is sent nothing (${protocol})`, { covers: ['STATE-09'] }, async (target) => {
    const { service } = target.serviceInMaintenance('announced', protocol)
    const seen = await target.ask(protocol, service, { client: target.client('https') })
    expect(seen).toBeFault('allInMaintenance')
  })

  scenario(
    `server in maintenance passes the message of its administrator on (${protocol})`,
    { covers: ['STATE-09'] },
    async (target) => {
      const { service, message } = target.serviceInMaintenance('announced', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen.kind === 'response' && parseFault(seen)).toMatchObject({ message: expect.stringContaining(message) })
    },
  )

  scenario(
    `of two servers the one that is not in maintenance is used (${protocol})`,
    { covers: ['STATE-10'] },
    async (target) => {
      const { service } = target.serviceInMaintenance('partly', protocol)
      for (let n = 0; n < 3; n += 1) {
        expect(await target.ask(protocol, service, { client: target.client('https') })).toBeServiceResponse()
      }
    },
  )

  scenario(`two servers in maintenance are as good as one (${protocol})`, { covers: ['STATE-10'] }, async (target) => {
    const { service } = target.serviceInMaintenance('everywhere', protocol)
    const seen = await target.ask(protocol, service, { client: target.client('https') })
    expect(seen).toBeFault('allInMaintenance')
  })
}
