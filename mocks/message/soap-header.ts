import type { ClientId, ServerId, ServiceId } from '../../fixtures/identifiers.ts'
import { fault } from '../fault/fault.ts'
import {
  type CentralServiceId,
  centralServiceFrom,
  clientFrom,
  type IdentifierParts,
  serverFrom,
  serviceFrom,
} from './soap-identifiers.ts'
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

/** Takes the identifier of a central service, where the release knows any. */
export type OnCentralService = (id: CentralServiceId) => void

/**
 * The frame of one element of the header, which puts its value among the fields; throws a FaultError for one that may not
 * be. Without `onCentralService` a central service is an element like any unknown one.
 */
export function headerField(element: XmlElement, fields: HeaderFields, onCentralService?: OnCentralService): Frame {
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
    case 'centralService':
      if (onCentralService === undefined) return ignored
      refuseDuplicate(element, fields.service)
      return identifierFrame(element, ['CENTRALSERVICE'], ['serviceCode'], (values) => {
        onCentralService(centralServiceFrom(values))
      })
    default:
      return ignored
  }
}

const objectTypes = ['MEMBER', 'SUBSYSTEM', 'SERVICE', 'SERVER', 'GLOBALGROUP', 'LOCALGROUP']

/** The frame of an identifier of one of these types; `parts` are the names of its parts beyond those of a member. */
export function identifierFrame(
  element: XmlElement,
  types: readonly string[],
  parts: readonly string[],
  done: (values: IdentifierParts) => void,
): Frame {
  const type = element.attributes.find((one) => isNamed(one, identifiersNamespace, 'objectType'))?.value
  if (type === undefined) throw fault('objectTypeMissing')
  if (![...objectTypes, ...types].includes(type)) throw fault('objectTypeUnknown', { type })
  if (!types.includes(type)) throw fault('objectTypeUnexpected', { type })
  return partsFrame(identifiersNamespace, ['xRoadInstance', 'memberClass', 'memberCode', ...parts], done)
}

function partsFrame(namespace: string, parts: readonly string[], done: (values: IdentifierParts) => void): Frame {
  const values: IdentifierParts = new Map()
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
