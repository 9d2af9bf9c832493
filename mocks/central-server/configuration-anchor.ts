import { element, type XmlElement } from './xml-element.ts'

export interface AnchorFacts {
  readonly instance: string
  readonly generatedAt: Date
  readonly downloadUrls: readonly string[]
  /** DER of every signing certificate of the source. */
  readonly certificates: readonly Buffer[]
}

/** Where a configuration is to be had and whose signature it bears. */
export function configurationAnchor({ instance, generatedAt, downloadUrls, certificates }: AnchorFacts): XmlElement {
  return element(
    'ns3:configurationAnchor',
    [
      element('generatedAt', generatedAt.toISOString()),
      element('instanceIdentifier', instance),
      ...downloadUrls.map((url) =>
        element('source', [
          element('downloadURL', url),
          ...certificates.map((der) => element('verificationCert', der.toString('base64'))),
        ]),
      ),
    ],
    { 'xmlns:ns2': 'http://x-road.eu/xsd/identifiers', 'xmlns:ns3': 'http://x-road.eu/xsd/xroad.xsd' },
  )
}
