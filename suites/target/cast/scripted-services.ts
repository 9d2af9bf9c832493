import type { Protocol } from '../protocol.ts'
import type { PlacedService } from './access.ts'
import type { Scene } from './scene.ts'

/** The services whose information system answers as a scenario tells it to, by how they are configured. */
export const scriptedKinds = {
  plain: kind('over plain HTTP', ({ service }, name) => service.url.startsWith(`\${${name}.http}`)),
  'with-slash': kind('at an address that ends in a slash', ({ service }, name) => {
    return service.url.startsWith(`\${${name}.http}`) && service.url.endsWith('/')
  }),
  listed: kind('over HTTPS with a certificate that its owner lists', ({ service, provider }, name, certificate) => {
    const lists = certificate !== undefined && provider.certificates.includes(certificate)
    return service.url.startsWith(`\${${name}.https}`) && service.verifyTls && lists
  }),
  unlisted: kind(
    'over HTTPS with a certificate that its owner does not list',
    ({ service, provider }, name, listed) => {
      const lists = listed !== undefined && provider.certificates.includes(listed)
      return (
        service.url.startsWith(`\${${name}.https}`) && service.verifyTls && !lists && provider.certificates.length > 0
      )
    },
  ),
} as const satisfies Record<string, ScriptedPart>

export type ScriptedKind = keyof typeof scriptedKinds

export interface ScriptedPart {
  /** Completes "no service that answers as scripted". */
  readonly what: string
  readonly plays: (one: PlacedService, system: string, certificate: string | undefined) => boolean
}

/** The first scripted service of that kind. */
export function findScripted(protocol: Protocol, of: ScriptedKind, scene: Scene): PlacedService | undefined {
  const system = scene.topology.informationSystems.find(({ serves }) => serves === 'scripted')
  if (system === undefined) return undefined
  return scene.services
    .filter(({ description }) => (description.type === 'WSDL') === (protocol === 'soap'))
    .find((one) => scriptedKinds[of].plays(one, system.name, system.certificate))
}

function kind(what: string, plays: ScriptedPart['plays']): ScriptedPart {
  return { what, plays }
}
