import { clientIdentifier, parameterNamespaces } from './client-identifier.ts'
import { anchorParts } from './configuration-anchor.ts'
import type { PublishedFacts } from './published-facts.ts'
import { element, type XmlElement } from './xml-element.ts'

/** Seconds between the time stamps that a security server asks for. */
const timeStampingInterval = 60

/** What only security servers of the instance are told; the same in every version. */
export function privateParameters({ global, anchors, managementService }: PublishedFacts): XmlElement {
  const { registrationAddress, registrationCertificate, provider } = managementService
  return element(
    'ns3:conf',
    [
      element('instanceIdentifier', global.instance),
      ...anchors.map((anchor) => element('configurationAnchor', anchorParts(anchor))),
      element('managementService', [
        element('authCertRegServiceAddress', registrationAddress),
        element('authCertRegServiceCert', registrationCertificate.toString('base64')),
        clientIdentifier('managementRequestServiceProviderId', provider),
      ]),
      element('timeStampingIntervalSeconds', String(timeStampingInterval)),
    ],
    parameterNamespaces,
  )
}
