import { element, type XmlElement } from './xml-element.ts'

/** Parts of the internal configuration beyond the parameters, with the reference's default values. */
export const optionalParts: readonly {
  readonly identifier: string
  readonly fileName: string
  readonly root: XmlElement
}[] = [
  { identifier: 'NEXTUPDATE', fileName: 'nextupdate-params.xml', root: conf(element('verifyNextUpdate', 'true')) },
  {
    identifier: 'FETCHINTERVAL',
    fileName: 'fetchinterval-params.xml',
    root: conf(element('ocspFetchInterval', '1200')),
  },
]

function conf(child: XmlElement): XmlElement {
  return element('ns3:conf', [child], { 'xmlns:ns3': 'http://x-road.eu/xsd/xroad.xsd' })
}
