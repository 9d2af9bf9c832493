import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'

// Several information systems behind one connection: each message is judged by the client that it names.
for (const protocol of protocols) {
  scenario(
    `several callers on one connection judged one by one (${protocol})`,
    { covers: ['CONN-GEN-06', 'TENANT-01'] },
    async (target) => {
      const [client, victim] = [target.client('https'), target.client('other-tenant')]
      const service = target.service('random', protocol)
      await using connection = target.connect({ certificate: target.certificateOf(client) })
      expect(await target.ask(protocol, service, { client, connection })).toBeServiceResponse()
      expect(await target.ask(protocol, service, { client: victim, connection })).toBeFault('certificateNotListed', {
        client: victim,
      })
      expect(await target.ask(protocol, service, { client, connection })).toBeServiceResponse()
    },
  )

  scenario(
    `connection whose first caller was refused serves the next (${protocol})`,
    { covers: ['CONN-GEN-06'] },
    async (target) => {
      const [client, victim] = [target.client('https'), target.client('other-tenant')]
      const service = target.service('random', protocol)
      await using connection = target.connect({ certificate: target.certificateOf(client) })
      expect(await target.ask(protocol, service, { client: victim, connection })).toBeFault('certificateNotListed', {
        client: victim,
      })
      expect(await target.ask(protocol, service, { client, connection })).toBeServiceResponse()
    },
  )

  scenario(
    `connection without certificate serves each connection type as its own (${protocol})`,
    { covers: ['CONN-GEN-06', 'CONN-GEN-01'] },
    async (target) => {
      const client = target.client('https')
      const service = target.service('random', protocol)
      await using connection = target.connect({})
      expect(await target.ask(protocol, service, { client: target.client('http'), connection })).toBeServiceResponse()
      expect(
        await target.ask(protocol, service, { client: target.client('no-auth'), connection }),
      ).toBeServiceResponse()
      expect(await target.ask(protocol, service, { client, connection })).toBeFault('certificateMissing', { client })
    },
  )

  scenario(
    `plain connection serves each connection type as its own (${protocol})`,
    { covers: ['CONN-GEN-06', 'CONN-GEN-01'] },
    async (target) => {
      const client = target.client('no-auth')
      const service = target.service('random', protocol)
      await using connection = target.connect({ over: 'http' })
      expect(await target.ask(protocol, service, { client: target.client('http'), connection })).toBeServiceResponse()
      expect(await target.ask(protocol, service, { client, connection })).toBeFault('plaintextForbidden', { client })
    },
  )
}

scenario('soap and rest take turns on one connection', { covers: ['SOAP-MSG-26', 'CONN-GEN-06'] }, async (target) => {
  const [client, victim] = [target.client('https'), target.client('sibling')]
  await using connection = target.connect({ certificate: target.certificateOf(client) })
  for (const protocol of ['soap', 'rest', 'soap'] as const) {
    const service = target.service('random', protocol)
    expect(await target.ask(protocol, service, { client, connection })).toBeServiceResponse()
    expect(await target.ask(protocol, service, { client: victim, connection })).toBeFault('certificateNotListed', {
      client: victim,
    })
  }
})

for (const protocol of protocols) {
  scenario(
    `resumed session does not carry a certificate to the next caller (${protocol})`,
    { covers: ['TLS-13'] },
    async (target) => {
      const client = target.client('https')
      const service = target.service('random', protocol)
      await using first = target.connect({ certificate: target.certificateOf(client) })
      expect(await target.ask(protocol, service, { client, connection: first })).toBeServiceResponse()
      const resume = first.connection.session()
      await using second = target.connect(resume === undefined ? {} : { resume })
      expect(await target.ask(protocol, service, { client, connection: second })).toBeFault('certificateMissing', {
        client,
      })
    },
  )
}
