import { expect } from 'vitest'
import type { ServiceId } from '../../fixtures/identifiers.ts'
import type { RequirementId } from '../../fixtures/requirements/index.ts'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'

// Which fault in which situation, over both protocols, and in which order the checks come.
const covers = (soap: RequirementId, rest: RequirementId, ...both: RequirementId[]) => ({
  soap: { covers: [soap, ...both] as const },
  rest: { covers: [rest, ...both] as const },
})

for (const protocol of protocols) {
  scenario(`unknown provider (${protocol})`, covers('ERR-SOAP-09', 'ERR-REST-16')[protocol], async (target) => {
    const service = otherSubsystem(target.service('random', protocol), 'NoSuchProvider')
    const seen = await target.ask(protocol, service, { client: target.client('https') })
    expect(seen).toBeFault('providerNotFound', { service })
  })

  scenario(
    `provider of an unknown instance (${protocol})`,
    covers('ERR-SOAP-09', 'ERR-REST-16')[protocol],
    async (target) => {
      const known = target.service('random', protocol)
      const service: ServiceId = { ...known, provider: { ...known.provider, instance: 'OTHER' } }
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeFault('instanceUnknown', { text: { instance: 'OTHER' } })
    },
  )

  scenario(
    `unknown service of a known provider (${protocol})`,
    covers('ERR-SOAP-10', 'ERR-REST-13')[protocol],
    async (target) => {
      const service = { ...target.service('random', protocol), serviceCode: 'noSuchService' }
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeFault('serviceUnknown', { origin: 'serverProxy', service })
    },
  )

  scenario(`no right to a service (${protocol})`, covers('ERR-SOAP-11', 'ERR-REST-14')[protocol], async (target) => {
    const service = target.service('closed', protocol)
    const seen = await target.ask(protocol, service, { client: target.client('https') })
    expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
  })

  scenario(
    `disabled service shows the notice of its administrator (${protocol})`,
    covers('ERR-SOAP-12', 'ERR-REST-15')[protocol],
    async (target) => {
      const service = target.service('disabled', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeFault('serviceDisabled', {
        origin: 'serverProxy',
        service,
        text: { notice: target.noticeOf(service) },
      })
    },
  )

  scenario(
    `disabled service without right does not show the notice (${protocol})`,
    covers('ERR-SOAP-13', 'ERR-REST-14')[protocol],
    async (target) => {
      const service = target.service('disabled-closed', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeFault('accessDenied', { origin: 'serverProxy', service })
    },
  )

  scenario(
    `host of the service cannot be resolved (${protocol})`,
    covers('ERR-SOAP-14', 'ERR-REST-06')[protocol],
    async (target) => {
      const service = target.service('unresolvable', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeFault('providerNotResolved', { origin: 'serverProxy', ...infix(protocol) })
    },
  )

  scenario(
    `nobody listens at the address of the service (${protocol})`,
    covers('ERR-SOAP-15', 'ERR-REST-06')[protocol],
    async (target) => {
      const service = target.service('unreachable', protocol)
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeOneOfFaults([
        ['providerRefusesConnection', { origin: 'serverProxy', ...infix(protocol) }],
        ['io', { origin: 'serverProxy', ...infix(protocol) }],
      ])
    },
  )

  scenario(
    `missing certificate says nothing about the service (${protocol})`,
    { covers: ['CONN-GEN-11'] },
    async (target) => {
      const client = target.client('https')
      const known = target.service('random', protocol)
      const unknown = [otherSubsystem(known, 'NoSuchProvider'), { ...known, serviceCode: 'noSuchService' }]
      for (const service of [...unknown, target.service('closed', protocol), target.service('disabled', protocol)]) {
        const seen = await target.ask(protocol, service, { client, certificate: 'none' })
        expect(seen).toBeFault('certificateMissing', { client })
      }
    },
  )

  scenario(
    `missing certificate reaches no provider (${protocol})`,
    { covers: ['CONN-GEN-11'], needs: ['control'] },
    async (target) => {
      const client = target.client('https')
      const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate: 'none' })
      expect(seen).toBeFault('certificateMissing', { client })
      expect(await target.providerCalls(seen)).toEqual([])
    },
  )

  scenario(`service over https answered (${protocol})`, { covers: ['TLS-21', 'TLS-22'] }, async (target) => {
    const service = target.service('secure', protocol)
    expect(await target.ask(protocol, service, { client: target.client('https') })).toBeServiceResponse()
  })
}

scenario('soap service called over rest', { covers: ['ERR-REST-12', 'SOAP-MSG-27'] }, async (target) => {
  const seen = await target.rest({ client: target.client('https') }).get(target.unversionedService())
  expect(seen).toBeFault('serviceIsSoap', { origin: 'serverProxy' })
})

scenario('rest service called over soap', { covers: ['SOAP-MSG-27'] }, async (target) => {
  const seen = await target.soap({ client: target.client('https') }).call(target.service('random', 'rest'))
  expect(seen).toBeFault('serviceIsRest', { origin: 'serverProxy' })
})

function otherSubsystem(service: ServiceId, subsystemCode: string): ServiceId {
  return { ...service, provider: { ...service.provider, kind: 'subsystem', subsystemCode } }
}

// Over SOAP the failed call of the service is a segment of its own, over REST it is not (AMB-11).
function infix(protocol: 'rest' | 'soap') {
  return protocol === 'soap' ? { within: 'serviceFailed' as const } : {}
}
