import { type ClientId, idParts, type ServiceId } from '../../fixtures/identifiers.ts'

const clientFields = ['xRoadInstance', 'memberClass', 'memberCode', 'subsystemCode']

/** The parts of an identifier with the names that XML documents give them, in the order of the schema. */
export function identifierFields(id: ClientId | ServiceId): (readonly [field: string, value: string])[] {
  if (id.kind !== 'service') return idParts(id).map((value, index) => [clientFields[index] as string, value] as const)
  const version = id.serviceVersion === undefined ? [] : [['serviceVersion', id.serviceVersion] as const]
  return [...identifierFields(id.provider), ['serviceCode', id.serviceCode] as const, ...version]
}
