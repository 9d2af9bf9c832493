import { type ClientId, clientId, type ServerId, type ServiceId } from '../../fixtures/identifiers.ts'
import { fault } from '../fault/fault.ts'
import { requireNotBlank } from './identifier-part.ts'
import { identifiersNamespace, representationNamespace, xroadNamespace } from './soap-namespaces.ts'
import type { XmlElement } from './xml-element.ts'
import { type Frame, ignored, isNamed, textFrame } from './xml-frame.ts'

/** The fields of an X-Road header that have been read so far. */
export interface HeaderFields {
  client?: ClientId
  service?: ServiceId
  securityServer?: ServerId
  representedParty?: RepresentedParty
  id?: string
  userId?: string
  issue?: string
  protocolVersion?: string
  requestHash?: string
}

export interface RepresentedParty {
  readonly partyClass: string | undefined
  readonly partyCode: string | undefined
}

/** Texts of the parts of a structured field, by local name. */
type Values = Map<string, string>

/** The frame of one element of the header, which puts its value among the fields; throws a FaultError for one that may not be. */
export function headerField(element: XmlElement, fields: HeaderFields): Frame {
  const { namespace, localName } = element
  if (namespace === representationNamespace && localName === 'representedParty') {
    refuseDuplicate(element, fields.representedParty)
    return partsFrame(namespace, ['partyClass', 'partyCode'], (values) => {
      fields.representedParty = { partyClass: values.get('partyClass'), partyCode: values.get('partyCode') }
    })
  }
  if (namespace !== xroadNamespace) return ignored
  switch (localName) {
    case 'id':
    case 'userId':
    case 'issue':
    case 'requestHash':
      refuseDuplicate(element, fields[localName])
      return textFrame((value) => (fields[localName] = value))
    case 'protocolVersion':
      refuseDuplicate(element, fields.protocolVersion)
      return textFrame((value) => (fields.protocolVersion = checkProtocolVersion(value)))
    case 'client':
      refuseDuplicate(element, fields.client)
      return identifierFrame(element, ['MEMBER', 'SUBSYSTEM'], ['subsystemCode'], (values) => {
        fields.client = clientFrom(values)
      })
    case 'service':
      refuseDuplicate(element, fields.service)
      return identifierFrame(element, ['SERVICE'], ['subsystemCode', 'serviceCode', 'serviceVersion'], (values) => {
        fields.service = serviceFrom(values)
      })
    case 'securityServer':
      refuseDuplicate(element, fields.securityServer)
      return identifierFrame(element, ['SERVER'], ['serverCode'], (values) => {
        fields.securityServer = serverFrom(values)
      })
    default:
      return ignored
  }
}

const objectTypes = ['MEMBER', 'SUBSYSTEM', 'SERVICE', 'SERVER', 'GLOBALGROUP', 'LOCALGROUP']

function identifierFrame(
  element: XmlElement,
  types: readonly string[],
  parts: readonly string[],
  done: (values: Values) => void,
): Frame {
  const type = element.attributes.find((one) => isNamed(one, identifiersNamespace, 'objectType'))?.value
  if (type === undefined) throw fault('objectTypeMissing')
  if (!objectTypes.includes(type)) throw fault('objectTypeUnknown', { type })
  if (!types.includes(type)) throw fault('objectTypeUnexpected', { type })
  return partsFrame(identifiersNamespace, ['xRoadInstance', 'memberClass', 'memberCode', ...parts], done)
}

function partsFrame(namespace: string, parts: readonly string[], done: (values: Values) => void): Frame {
  const values: Values = new Map()
  return {
    child(element) {
      if (element.namespace !== namespace || !parts.includes(element.localName)) return ignored
      refuseDuplicate(element, values.get(element.localName))
      return textFrame((value) => values.set(element.localName, value))
    },
    close: () => done(values),
  }
}

function checkProtocolVersion(version: string): string {
  if (!version.startsWith('4.')) throw fault('protocolVersionInvalid', { version })
  return version
}

function refuseDuplicate(element: XmlElement, existing: unknown): void {
  if (existing !== undefined) {
    throw fault('headerFieldDuplicate', { field: `{${element.namespace}}${element.localName}` })
  }
}

function clientFrom(values: Values): ClientId {
  const instance = requireNotBlank('xRoadInstance', values.get('xRoadInstance'))
  const memberClass = requireNotBlank('memberClass', values.get('memberClass'))
  const memberCode = requireNotBlank('memberCode', values.get('memberCode'))
  const subsystemCode = values.get('subsystemCode')
  if (subsystemCode !== undefined) requireNotBlank('subsystemCode', subsystemCode)
  return clientId(instance, memberClass, memberCode, subsystemCode)
}

function serviceFrom(values: Values): ServiceId {
  const provider = clientFrom(values)
  const serviceCode = requireNotBlank('serviceCode', values.get('serviceCode'))
  const serviceVersion = values.get('serviceVersion')
  return { kind: 'service', provider, serviceCode, ...(serviceVersion === undefined ? {} : { serviceVersion }) }
}

function serverFrom(values: Values): ServerId {
  const { instance, memberClass, memberCode } = clientFrom(values)
  const serverCode = requireNotBlank('serverCode', values.get('serverCode'))
  return { kind: 'server', owner: { kind: 'member', instance, memberClass, memberCode }, serverCode }
}
