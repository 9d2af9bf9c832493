import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'

// Settings and states of the security server itself.
for (const protocol of protocols) {
  const enforced = { covers: ['CONN-HTTPS-07'] } as const

  scenario(`expired certificate refused where validity is enforced (${protocol})`, enforced, async (target) => {
    const [client, server] = [target.client('expired'), target.serverWith('enforceCertificateValidity', true)]
    const seen = await target.ask(protocol, target.service('random', protocol), { client, server })
    expect(seen).toBeFault('certificateExpired', { client })
  })

  scenario(
    `certificate that is not yet valid refused where validity is enforced (${protocol})`,
    enforced,
    async (target) => {
      const [client, server] = [target.client('future'), target.serverWith('enforceCertificateValidity', true)]
      const seen = await target.ask(protocol, target.service('random', protocol), { client, server })
      expect(seen).toBeFault('certificateNotYetValid', { client })
    },
  )

  scenario(`current certificate answered where validity is enforced (${protocol})`, enforced, async (target) => {
    const [client, server] = [target.client('https'), target.serverWith('enforceCertificateValidity', true)]
    const seen = await target.ask(protocol, target.service('random', protocol), { client, server })
    expect(seen).toBeServiceResponse()
  })

  scenario(
    `expired global configuration stops every message (${protocol})`,
    { covers: ['STATE-11'] },
    async (target) => {
      const [client, server] = [target.client('https'), target.serverWith('globalConfigurationValid', false)]
      const seen = await target.ask(protocol, target.service('random', protocol), { client, server })
      expect(seen).toBeFault('globalConfigurationExpired')
    },
  )

  scenario(
    `server without authentication certificate says so in words of its own (${protocol})`,
    { covers: ['STATE-12'] },
    async (target) => {
      const [client, server] = [target.client('https'), target.serverWith('authenticationCertificateValid', false)]
      const seen = await target.ask(protocol, target.service('random', protocol), { client, server })
      expect(seen).toBeFault(protocol === 'rest' ? 'authenticationKeyMissingRest' : 'authenticationKeyMissingSoap')
    },
  )
}
