import type { TrustAnchor } from '../configuration-client/trust-anchor.ts'
import { parameterNamespaces } from './client-identifier.ts'
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
