import { type ClientId, idParts, type ServiceId } from '../../fixtures/identifiers.ts'

/** The header fields and the body of a SOAP message; each may be left out or replaced to write a wrong one. */
export interface EnvelopeParts {
  readonly client: ClientId
  readonly service: ServiceId
  readonly id: string
  readonly userId?: string
  readonly protocolVersion?: string
  /** XML that stands in the header after the other fields. */
  readonly extraHeader?: string
  /** XML of the body; `<prod:CODE/>` by default. */
  readonly body?: string
}

const namespaces = [
  'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"',
  'xmlns:xro="http://x-road.eu/xsd/xroad.xsd"',
  'xmlns:iden="http://x-road.eu/xsd/identifiers"',
  'xmlns:prod="http://test.x-road.fi/producer"',
]

/** Writes a message as an information system does, with prefixes unlike those of the security server. */
export function writeEnvelope(parts: EnvelopeParts): string {
  const code = escapeXml(parts.service.serviceCode)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<soapenv:Envelope ${namespaces.join(' ')}>`,
    '<soapenv:Header>',
    writeIdentifier('xro:client', parts.client),
    writeIdentifier('xro:service', parts.service),
    ...(parts.userId === undefined ? [] : [`<xro:userId>${escapeXml(parts.userId)}</xro:userId>`]),
    `<xro:id>${escapeXml(parts.id)}</xro:id>`,
    `<xro:protocolVersion>${escapeXml(parts.protocolVersion ?? '4.0')}</xro:protocolVersion>`,
    parts.extraHeader ?? '',
    '</soapenv:Header>',
    `<soapenv:Body>${parts.body ?? `<prod:${code}/>`}</soapenv:Body>`,
    '</soapenv:Envelope>',
  ].join('\n')
}

/** An identifier as a header field: `<xro:client iden:objectType="SUBSYSTEM">…`. */
export function writeIdentifier(element: string, id: ClientId | ServiceId): string {
  const provider = id.kind === 'service' ? id.provider : id
  const [instance, memberClass, memberCode, subsystemCode] = idParts(provider)
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['xRoadInstance', instance],
    ['memberClass', memberClass],
    ['memberCode', memberCode],
    ['subsystemCode', subsystemCode],
    ...(id.kind === 'service'
      ? ([
          ['serviceCode', id.serviceCode],
          ['serviceVersion', id.serviceVersion],
        ] as const)
      : []),
  ]
  const children = parts.map(([name, value]) =>
    value === undefined ? '' : `<iden:${name}>${escapeXml(value)}</iden:${name}>`,
  )
  return `<${element} iden:objectType="${id.kind.toUpperCase()}">${children.join('')}</${element}>`
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
