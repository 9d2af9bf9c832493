import type { ClientId } from '../../fixtures/identifiers.ts'
import { element, type XmlElement } from './xml-element.ts'

/** Namespaces of a parameters document. Of its own elements only the root is qualified; identifiers are throughout. */
export const parameterNamespaces = {
  'xmlns:ns2': 'http://x-road.eu/xsd/identifiers',
  'xmlns:ns3': 'http://x-road.eu/xsd/xroad.xsd',
}

/** An element that holds the identifier of a member or subsystem. */
export function clientIdentifier(name: string, id: ClientId): XmlElement {
  return element(
    name,
    [
      element('ns2:xRoadInstance', id.instance),
      element('ns2:memberClass', id.memberClass),
      element('ns2:memberCode', id.memberCode),
      id.kind === 'subsystem' ? element('ns2:subsystemCode', id.subsystemCode) : undefined,
    ],
    { 'ns2:objectType': id.kind.toUpperCase() },
  )
}
