import { expect } from 'vitest'
import type { ServiceId } from '../../fixtures/identifiers.ts'
import { restMethodsOf, soapMethodsOf } from '../observe/method-list.ts'
import { scenario } from '../scenario.ts'
import { addProvider, rightOf } from '../target/added-provider.ts'
import { type Protocol, protocols } from '../target/protocol.ts'
import type { Target } from '../target/target.ts'

// allowedMethods while rights are given and taken. Each scenario has a provider of its own.

for (const protocol of protocols) {
  const covers = [({ rest: 'META-22', soap: 'META-09' } as const)[protocol]] as const
  scenario(
    `allowedMethods lists a service from when a right is given until it is taken (${protocol})`,
    { covers, needs: ['control'] },
    async (target) => {
      const { url } = target.scriptedService(protocol).service
      const type = ({ rest: 'REST', soap: 'WSDL' } as const)[protocol]
      const { service, change } = await addProvider(target, {
        descriptions: [{ type, services: [{ code: 'script', url, allow: [] }] }],
      })
      expect(await allowedCodes(target, protocol, service)).toEqual([])
      const allow = rightOf(target.client('https'))
      await change({ kind: 'set-access-rights', serviceCode: 'script', allow })
      expect(await allowedCodes(target, protocol, service)).toEqual(['script'])
      await change({ kind: 'set-access-rights', serviceCode: 'script', allow: [] })
      expect(await allowedCodes(target, protocol, service)).toEqual([])
    },
  )
}

async function allowedCodes(target: Target, protocol: Protocol, { provider }: ServiceId) {
  const approach = { client: target.client('https') }
  const service: ServiceId = { kind: 'service', provider, serviceCode: 'allowedMethods' }
  if (protocol === 'rest') {
    const seen = await target.rest(approach).get(service)
    return restMethodsOf(seen)?.map(({ service_code }) => service_code)
  }
  const seen = await target.soap(approach).call(service)
  return soapMethodsOf(seen, 'allowedMethods')?.map(({ serviceCode }) => serviceCode)
}
