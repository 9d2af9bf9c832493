import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'

// Whose certificate list counts, and what on it: the certificate itself and nothing that it has in common with others.
for (const protocol of protocols) {
  scenario(`certificate that nobody lists refused (${protocol})`, { covers: ['CONN-HTTPS-03'] }, async (target) => {
    const client = target.client('https')
    const certificate = target.certificate('stranger')
    const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
    expect(seen).toBeFault('certificateNotListed', { client })
  })

  scenario(
    `certificate of a sibling subsystem refused (${protocol})`,
    { covers: ['CONN-HTTPS-08'] },
    async (target) => {
      const client = target.client('https')
      const certificate = target.certificateOf(target.client('sibling'))
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
      expect(seen).toBeFault('certificateNotListed', { client })
    },
  )

  scenario(
    `certificate that two subsystems list serves the second too (${protocol})`,
    { covers: ['CONN-HTTPS-09'] },
    async (target) => {
      const client = target.client('shared-certificate')
      const certificate = target.certificateOf(target.client('https'))
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
      expect(seen).toBeServiceResponse()
    },
  )

  for (const [n, ordinal] of ['first', 'second'].entries()) {
    scenario(
      `${ordinal} of two listed certificates answered (${protocol})`,
      { covers: ['CONN-HTTPS-09'] },
      async (target) => {
        const client = target.client('two-certificates')
        const certificate = target.certificateOf(client, n)
        const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
        expect(seen).toBeServiceResponse()
      },
    )
  }

  scenario(`certificate beside a list of two refused (${protocol})`, { covers: ['CONN-HTTPS-03'] }, async (target) => {
    const client = target.client('two-certificates')
    const certificate = target.certificate('stranger')
    const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
    expect(seen).toBeFault('certificateNotListed', { client })
  })

  scenario(
    `empty certificate list refuses every certificate (${protocol})`,
    { covers: ['CONN-HTTPS-04'] },
    async (target) => {
      const client = target.client('no-certificates')
      const certificate = target.certificate('stranger')
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
      expect(seen).toBeFault('certificateListEmpty', { client })
    },
  )

  scenario(
    `empty certificate list without certificate is a missing certificate (${protocol})`,
    { covers: ['CONN-HTTPS-02', 'CONN-HTTPS-04'] },
    async (target) => {
      const client = target.client('no-certificates')
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate: 'none' })
      expect(seen).toBeFault('certificateMissing', { client })
    },
  )

  scenario(
    `expired certificate that is not listed refused as not listed (${protocol})`,
    { covers: ['CONN-HTTPS-03'] },
    async (target) => {
      const client = target.client('https')
      const certificate = target.certificateOf(target.client('expired'))
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
      expect(seen).toBeFault('certificateNotListed', { client })
    },
  )

  scenario(
    `certificate with an elliptic curve key answered (${protocol})`,
    { covers: ['CONN-HTTPS-01', 'CONN-HTTPS-06'] },
    async (target) => {
      const client = target.client('elliptic-curve')
      const seen = await target.ask(protocol, target.service('random', protocol), { client })
      expect(seen).toBeServiceResponse()
    },
  )

  scenario(
    `server's own internal certificate answered for any client (${protocol})`,
    { covers: ['CONN-HTTPS-11'] },
    async (target) => {
      const certificate = target.certificate('internal')
      const seen = await target.ask(protocol, target.service('random', protocol), {
        client: target.client('https'),
        certificate,
      })
      expect(seen).toBeServiceResponse()
    },
  )

  scenario(
    `server's own internal certificate accepted despite an empty list (${protocol})`,
    { covers: ['CONN-HTTPS-11'] },
    async (target) => {
      const certificate = target.certificate('internal')
      const client = target.client('no-certificates')
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
      expect(seen).toAcceptCaller()
    },
  )
}
