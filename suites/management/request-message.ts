import { type ClientId, idParts, type MemberId, type ServerId } from '../../fixtures/identifiers.ts'
import { escapeXml, writeEnvelope, writeIdentifier } from '../client/soap-envelope.ts'

/** What the body of a management request says; whatever is left out is not written. */
export interface RequestFields {
  readonly server?: ServerId
  readonly client?: ClientId
  readonly subsystemName?: string
  readonly address?: string
  readonly authCert?: Buffer
  readonly message?: string
  readonly dryRun?: boolean
}

export interface RequestMessage {
  readonly sender: MemberId
  readonly provider: ClientId
  readonly serviceCode: string
  readonly id: string
  readonly fields: RequestFields
}

/** Writes the SOAP message of a management request, fields in the order of the schema. */
export function writeRequest({ sender, provider, serviceCode, id, fields }: RequestMessage): string {
  const { server, client, subsystemName, address, authCert, message, dryRun } = fields
  const texts = { address, authCert: authCert?.toString('base64'), subsystemName, message, dryRun }
  const written = Object.entries(texts).flatMap(([name, value]) =>
    value === undefined ? [] : [`<xro:${name}>${escapeXml(String(value))}</xro:${name}>`],
  )
  const body = [
    `<xro:${serviceCode}>`,
    ...(server === undefined ? [] : [writeServer(server)]),
    ...(client === undefined ? [] : [writeIdentifier('xro:client', client)]),
    ...written,
    `</xro:${serviceCode}>`,
  ].join('')
  return writeEnvelope({ client: sender, service: { kind: 'service', provider, serviceCode }, id, body })
}

function writeServer(server: ServerId): string {
  const names = ['xRoadInstance', 'memberClass', 'memberCode', 'serverCode']
  const parts = idParts(server).map((part, index) => `<iden:${names[index]}>${escapeXml(part)}</iden:${names[index]}>`)
  return `<xro:server iden:objectType="SERVER">${parts.join('')}</xro:server>`
}
