import type { TrustAnchor } from '../configuration-client/trust-anchor.ts'
import { parameterNamespaces } from './client-identifier.ts'
import type { ConfigurationSource } from './configuration-source.ts'
import { element, type XmlElement } from './xml-element.ts'

/** Where a configuration is to be had and whose signature it bears, as a document. */
export function configurationAnchor(anchor: TrustAnchor): XmlElement {
  return element('ns3:configurationAnchor', anchorParts(anchor), parameterNamespaces)
}

/** What an anchor says, be it a document or an element of private parameters. */
export function anchorParts({ instance, generatedAt, locations }: TrustAnchor): XmlElement[] {
  return [
    ...(generatedAt === undefined ? [] : [element('generatedAt', generatedAt)]),
    element('instanceIdentifier', instance),
    ...locations.map(({ url, certificates }) =>
      element('source', [
        element('downloadURL', url),
        ...certificates.map((der) => element('verificationCert', der.toString('base64'))),
      ]),
    ),
  ]
}

/** `configuration_anchor_FI-DEV_internal_UTC_2026-01-01_00_00_00.xml`. */
export function anchorName(instance: string, source: ConfigurationSource, generatedAt: string): string {
  const [date, time = ''] = generatedAt.slice(0, 19).split('T')
  return `configuration_anchor_${instance}_${source}_UTC_${date}_${time.replaceAll(':', '_')}.xml`
}
