import { clientIdentifier, parameterNamespaces } from './client-identifier.ts'
import type { PublishedFacts } from './published-facts.ts'
import { element, type XmlElement } from './xml-element.ts'

export interface OptionalPart {
  readonly identifier: string
  readonly fileName: string
  readonly root: XmlElement
}

/** Parts of the internal configuration beyond the parameters, with the reference's default values. */
export function optionalParts({ monitoringClient }: Pick<PublishedFacts, 'monitoringClient'>): OptionalPart[] {
  const parts = [
    { identifier: 'NEXTUPDATE', fileName: 'nextupdate-params.xml', root: conf(element('verifyNextUpdate', 'true')) },
    {
      identifier: 'FETCHINTERVAL',
      fileName: 'fetchinterval-params.xml',
      root: conf(element('ocspFetchInterval', '1200')),
    },
  ]
  if (monitoringClient === undefined) return parts
  const monitoring = element('monitoringClient', [clientIdentifier('monitoringClientId', monitoringClient)])
  const root = element('ns3:conf', [monitoring], parameterNamespaces)
  return [...parts, { identifier: 'MONITORING', fileName: 'monitoring-params.xml', root }]
}

function conf(child: XmlElement): XmlElement {
  return element('ns3:conf', [child], { 'xmlns:ns3': 'http://x-road.eu/xsd/xroad.xsd' })
}
