export const envelopeNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
export const xroadNamespace = 'http://x-road.eu/xsd/xroad.xsd'
export const identifiersNamespace = 'http://x-road.eu/xsd/identifiers'
export const representationNamespace = 'http://x-road.eu/xsd/representation.xsd'
