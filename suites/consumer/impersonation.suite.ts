import { expect } from 'vitest'
import { type ClientId, clientId, formatPath, memberOf, type SubsystemId } from '../../fixtures/identifiers.ts'
import { writeIdentifier } from '../client/soap-envelope.ts'
import { headerValue } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'
import type { Target } from '../target/target.ts'

// Every way to pass for somebody else that has been thought of: the message, its headers, and the letters in between.

/** The subsystem of that code beside another. */
function beside(client: ClientId, subsystemCode: string): ClientId {
  return clientId(client.instance, client.memberClass, client.memberCode, subsystemCode)
}

/** Calls as a client that may not exist, with everything else in order: on the consumers' server, with a good certificate. */
function askAs(target: Target, protocol: 'rest' | 'soap', client: ClientId) {
  const certificate = target.certificateOf(target.client('https'))
  return target.ask(protocol, target.service('random', protocol), { client, certificate, server: target.server })
}

const strangers: readonly (readonly [what: string, client: (target: Target) => ClientId])[] = [
  ['subsystem that does not exist', (target) => beside(target.client('https'), 'NoSuchSubsystem')],
  ['member of another instance', (target) => ({ ...target.client('https'), instance: 'OTHER' })],
  ['client in other letter case', (target) => beside(target.client('https'), lower(target.client('https')))],
  ['member whose subsystem is registered', (target) => memberOf(target.client('other-tenant'))],
  ['client of another security server', (target) => target.clientElsewhere()],
  ['code with the separator in it', (target) => withSeparator(target.client('https'))],
  [
    'code with blanks around it',
    (target) => beside(target.client('https'), ` ${subsystemCode(target.client('https'))} `),
  ],
]

for (const protocol of protocols) {
  for (const [what, clientOf] of strangers) {
    scenario(`unknown caller: ${what} (${protocol})`, { covers: ['CONN-GEN-09'] }, async (target) => {
      const client = clientOf(target)
      expect(await askAs(target, protocol, client)).toBeFault('clientNotFound', { client })
    })
  }

  scenario(
    `unknown caller without certificate is unknown first (${protocol})`,
    { covers: ['CONN-GEN-10'] },
    async (target) => {
      const client = beside(target.client('https'), 'NoSuchSubsystem')
      const service = target.service('random', protocol)
      const seen = await target.ask(protocol, service, { client, certificate: 'none', server: target.server })
      expect(seen).toBeFault('clientNotFound', { client })
    },
  )

  scenario(
    `unknown caller reaches no provider (${protocol})`,
    { covers: ['CONN-GEN-09'], needs: ['control'] },
    async (target) => {
      const client = beside(target.client('https'), 'NoSuchSubsystem')
      const seen = await askAs(target, protocol, client)
      expect(seen).toBeFault('clientNotFound', { client })
      expect(await target.providerCalls(seen)).toEqual([])
    },
  )

  scenario(
    `owner answered with its own certificate (${protocol})`,
    { covers: ['CONN-GEN-03', 'CONN-HTTPS-01'] },
    async (target) => {
      const client = target.client('owner')
      expect(await target.ask(protocol, target.service('random', protocol), { client })).toAcceptCaller()
    },
  )

  scenario(`owner refused without certificate (${protocol})`, { covers: ['CONN-GEN-03'] }, async (target) => {
    const client = target.client('owner')
    const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate: 'none' })
    expect(seen).toBeFault('certificateMissing', { client })
  })

  scenario(
    `subsystem cannot speak for the owner of the server (${protocol})`,
    { covers: ['CONN-GEN-03', 'CONN-HTTPS-08'] },
    async (target) => {
      const client = target.client('owner')
      const certificate = target.certificateOf(target.client('https'))
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
      expect(seen).toBeFault('certificateNotListed', { client })
    },
  )

  scenario(`owner cannot speak for its subsystem (${protocol})`, { covers: ['CONN-HTTPS-08'] }, async (target) => {
    const client = target.client('https')
    const certificate = target.certificateOf(target.client('owner'))
    const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
    expect(seen).toBeFault('certificateNotListed', { client })
  })

  scenario(
    `caller whose code has letters beyond ascii answered (${protocol})`,
    { covers: ['CONN-HTTPS-01'] },
    async (target) => {
      const client = target.client('beyond-ascii')
      expect(await target.ask(protocol, target.service('random', protocol), { client })).toBeServiceResponse()
    },
  )

  scenario(
    `caller whose code has letters beyond ascii named as it is in a refusal (${protocol})`,
    { covers: ['CONN-HTTPS-02'] },
    async (target) => {
      const client = target.client('beyond-ascii')
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate: 'none' })
      expect(seen).toBeFault('certificateMissing', { client })
    },
  )

  scenario(
    `headers of a proxy do not turn a plain connection into tls (${protocol})`,
    { covers: ['CONN-HTTPS-05', 'TENANT-01'] },
    async (target) => {
      const client = target.client('https')
      const certificate = encodeURIComponent(target.pem(target.certificateOf(client)))
      const seen = await askWithHeaders(target, protocol, client, [
        ['X-Forwarded-Proto', 'https'],
        ['X-SSL-Client-Cert', certificate],
      ])
      expect(seen).toBeFault('certificateMissing', { client })
    },
  )

  scenario(
    `headers of a proxy do not lift https no auth (${protocol})`,
    { covers: ['CONN-NOAUTH-02'] },
    async (target) => {
      const client = target.client('no-auth')
      const seen = await askWithHeaders(target, protocol, client, [['X-Forwarded-Proto', 'https']])
      expect(seen).toBeFault('plaintextForbidden', { client })
    },
  )

  scenario(
    `represented party with rights does not lend them (${protocol})`,
    { covers: ['EXT-REPR-07'] },
    async (target) => {
      const [client, party] = [target.client('without-rights'), target.client('https')]
      const service = target.service('random', protocol)
      const header = `${party.memberClass}/${party.memberCode}`
      const element = `<repr:representedParty xmlns:repr="http://x-road.eu/xsd/representation.xsd"><repr:partyClass>${party.memberClass}</repr:partyClass><repr:partyCode>${party.memberCode}</repr:partyCode></repr:representedParty>`
      const seen =
        protocol === 'rest'
          ? await target.rest({ client }).get(service, '/random', { headers: [['X-Road-Represented-Party', header]] })
          : await target.soap({ client }).call(service, { extraHeader: element })
      expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
    },
  )
}

scenario('last of two client headers is the caller: own name last', { covers: ['REST-HDR-05'] }, async (target) => {
  const [client, victim] = [target.client('https'), target.client('other-tenant')]
  const clientHeaders = [formatPath(victim), formatPath(client)]
  const seen = await target.rest({ client }).get(target.service('random', 'rest'), '/random', { clientHeaders })
  expect(seen).toBeServiceResponse()
})

scenario(
  "last of two client headers is the caller: victim's name last",
  { covers: ['REST-HDR-05', 'TENANT-01'] },
  async (target) => {
    const [client, victim] = [target.client('https'), target.client('other-tenant')]
    const clientHeaders = [formatPath(client), formatPath(victim)]
    const seen = await target.rest({ client }).get(target.service('random', 'rest'), '/random', { clientHeaders })
    expect(seen).toBeFault('certificateNotListed', { client: victim })
  },
)

scenario('message without client is refused (rest)', { covers: ['REST-HDR-01', 'ERR-REST-05'] }, async (target) => {
  const client = target.client('https')
  const seen = await target.rest({ client }).get(target.service('random', 'rest'), '/random', { clientHeaders: [] })
  expect(seen).toBeFault('clientMissing')
})

scenario('client of two parts is refused (rest)', { covers: ['REST-HDR-02', 'ERR-REST-05'] }, async (target) => {
  const client = target.client('https')
  const clientHeaders = [`${client.instance}/${client.memberClass}`]
  const seen = await target.rest({ client }).get(target.service('random', 'rest'), '/random', { clientHeaders })
  expect(seen).toBeFault('clientIdInvalid')
})

scenario(
  'client header of another name in lower case is the client header',
  { covers: ['REST-HDR-06'] },
  async (target) => {
    const client = target.client('https')
    const options = { clientHeaders: [], headers: [['x-road-client', formatPath(client)]] } as const
    const seen = await target.rest({ client }).get(target.service('random', 'rest'), '/random', options)
    expect(seen).toBeServiceResponse()
  },
)

scenario(
  "client in an http header does not replace a victim's name in a soap message",
  { covers: ['CONN-GEN-06', 'TENANT-01'] },
  async (target) => {
    const [client, victim] = [target.client('https'), target.client('other-tenant')]
    const headers = [['X-Road-Client', formatPath(client)]] as const
    const certificate = target.certificateOf(client)
    const seen = await target.soap({ client: victim, certificate }).call(target.service('random', 'soap'), { headers })
    expect(seen).toBeFault('certificateNotListed', { client: victim })
  },
)

scenario(
  'client of a soap message counts whatever an http header says',
  { covers: ['CONN-GEN-06'] },
  async (target) => {
    const [client, victim] = [target.client('https'), target.client('other-tenant')]
    const headers = [['X-Road-Client', formatPath(victim)]] as const
    const seen = await target.soap({ client }).call(target.service('random', 'soap'), { headers })
    expect(seen).toBeServiceResponse()
  },
)

scenario('two clients in a soap message are refused', { covers: ['SOAP-HDR-08', 'ERR-SOAP-06'] }, async (target) => {
  const [client, victim] = [target.client('https'), target.client('other-tenant')]
  const extraHeader = writeIdentifier('xro:client', victim)
  const seen = await target.soap({ client }).call(target.service('random', 'soap'), { extraHeader })
  const field = '{http://x-road.eu/xsd/xroad.xsd}client'
  expect(seen).toBeFault('headerFieldDuplicate', { origin: 'client', text: { field } })
})

scenario('request identifier of a caller is replaced', { covers: ['REST-HDR-11'] }, async (target) => {
  const client = target.client('https')
  const forged = '00000000-0000-4000-8000-000000000000'
  const headers = [['X-Road-Request-Id', forged]] as const
  const seen = await target.rest({ client }).get(target.service('random', 'rest'), '/random', { headers })
  expect(seen).toBeServiceResponse()
  expect(seen.kind === 'response' && headerValue(seen, 'x-road-request-id')).not.toBe(forged)
})

function askWithHeaders(
  target: Target,
  protocol: 'rest' | 'soap',
  client: ClientId,
  headers: readonly (readonly [string, string])[],
) {
  const service = target.service('random', protocol)
  const approach = { client, over: 'http' } as const
  return protocol === 'rest'
    ? target.rest(approach).get(service, '/random', { headers })
    : target.soap(approach).call(service, { headers })
}

function subsystemCode(client: ClientId): string {
  return (client as SubsystemId).subsystemCode
}

function lower(client: ClientId): string {
  return subsystemCode(client).toLowerCase()
}

/** The member whose code looks like member and subsystem: `0245437-2/TestClient`. */
function withSeparator(client: ClientId): ClientId {
  return clientId(client.instance, client.memberClass, `${client.memberCode}/${subsystemCode(client)}`)
}
