import { type ClientId, clientId, type ServerId, type ServiceId } from '../../fixtures/identifiers.ts'
import { fault } from '../fault/fault.ts'
import { requireNotBlank } from './identifier-part.ts'
import type { XmlElement } from './xml-element.ts'
import { decodeXml } from './xml-encoding.ts'
import { XmlError } from './xml-error.ts'
import { readXml, type XmlHandler } from './xml-reader.ts'

/** A SOAP message with its X-Road header, read once and kept as it came. Values are never trimmed (MESS 2.2). */
export interface SoapMessage {
  readonly kind: 'message'
  readonly text: string
  readonly client: ClientId
  readonly service: ServiceId
  readonly id: string
  readonly userId: string | undefined
  readonly issue: string | undefined
  readonly representedParty: RepresentedParty | undefined
  readonly securityServer: ServerId | undefined
  readonly requestHash: string | undefined
  readonly bodyElement: string
}

export interface RepresentedParty {
  readonly partyClass: string | undefined
  readonly partyCode: string | undefined
}

/** A SOAP fault, whoever wrote it. */
export interface SoapFault {
  readonly kind: 'fault'
  readonly code: string | undefined
  readonly string: string | undefined
  readonly actor: string | undefined
  readonly detail: string | undefined
}

export const envelopeNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
export const xroadNamespace = 'http://x-road.eu/xsd/xroad.xsd'
export const identifiersNamespace = 'http://x-road.eu/xsd/identifiers'
const representationNamespace = 'http://x-road.eu/xsd/representation.xsd'

/** Parses a SOAP 1.1 message; throws a FaultError without origin for whatever a security server refuses. */
export function parseSoapMessage(bytes: Buffer): SoapMessage | SoapFault {
  try {
    const document = decodeXml(bytes)
    const reading = soapReading()
    readXml(document, reading.handler)
    return reading.result(document.text)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    if (error.position === undefined) throw fault('xmlEmpty')
    throw fault('xmlMalformed', { ...error.position, text: error.message })
  }
}

/** What an element means: which frame its children have, and what becomes of its own text when it ends. */
interface Frame {
  child(element: XmlElement): Frame
  close(text: string): void
}

const ignored: Frame = { child: () => ignored, close: () => {} }

interface HeaderFields {
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

type Values = Map<string, string>

function soapReading(): { handler: XmlHandler; result(text: string): SoapMessage | SoapFault } {
  const fields: HeaderFields = {}
  let headerSeen = false
  let bodySeen = false
  let bodyElement: string | undefined
  let soapFault: SoapFault | undefined

  const envelope: Frame = {
    child(element) {
      if (isNamed(element, envelopeNamespace, 'Header')) return header
      if (!isNamed(element, envelopeNamespace, 'Body')) return ignored
      bodySeen = true
      bodyElement = undefined
      return body
    },
    close() {
      if (soapFault === undefined) checkComplete(fields, headerSeen, bodySeen, bodyElement)
    },
  }
  const header: Frame = {
    child: (element) => headerField(element, fields),
    close() {
      headerSeen = true
    },
  }
  const body: Frame = {
    child(element) {
      if (isNamed(element, envelopeNamespace, 'Fault')) return faultFrame((found) => (soapFault = found))
      if (bodyElement !== undefined) throw fault('bodyInvalid')
      bodyElement = element.localName
      return ignored
    },
    close: () => {},
  }
  const root: Frame = {
    child(element) {
      if (!isNamed(element, envelopeNamespace, 'Envelope')) throw fault('envelopeMissing')
      return envelope
    },
    close: () => {},
  }
  return {
    handler: frameHandler(root),
    result: (text) => soapFault ?? { kind: 'message', text, ...completeFields(fields), bodyElement: bodyElement ?? '' },
  }
}

function frameHandler(root: Frame): XmlHandler {
  const frames: { frame: Frame; text: string }[] = [{ frame: root, text: '' }]
  const top = () => frames[frames.length - 1] as { frame: Frame; text: string }
  const append = (text: string) => {
    if (top().frame !== ignored) top().text += text
  }
  return {
    startElement: (element) => frames.push({ frame: top().frame.child(element), text: '' }),
    endElement: () => {
      const ended = frames.pop()
      ended?.frame.close(ended.text)
    },
    text: append,
    cdata: append,
  }
}

function headerField(element: XmlElement, fields: HeaderFields): Frame {
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

function textFrame(done: (value: string) => void): Frame {
  return { child: () => ignored, close: done }
}

function faultFrame(done: (found: SoapFault) => void): Frame {
  const values: Values = new Map()
  const keep = (name: string) => textFrame((value) => values.set(name, value))
  const detail: Frame = {
    child: (element) => (element.localName === 'faultDetail' ? keep('faultDetail') : ignored),
    close: (text) => values.set('faultDetail', values.get('faultDetail') || text),
  }
  return {
    child: ({ localName }) => {
      if (localName === 'detail') return detail
      return ['faultcode', 'faultstring', 'faultactor'].includes(localName) ? keep(localName) : ignored
    },
    close() {
      done({
        kind: 'fault',
        code: values.get('faultcode'),
        string: values.get('faultstring'),
        actor: values.get('faultactor'),
        detail: values.get('faultDetail'),
      })
    },
  }
}

function checkComplete(fields: HeaderFields, headerSeen: boolean, bodySeen: boolean, bodyElement?: string): void {
  if (!headerSeen) throw fault('headerMissing')
  for (const field of ['protocolVersion', 'client', 'id'] as const) {
    if (fields[field] === undefined) throw fault('headerFieldMissing', { field })
  }
  if (fields.service === undefined) throw fault('serviceMissing')
  if (!bodySeen) throw fault('bodyMissing')
  if (bodyElement === undefined) throw fault('bodyInvalid')
  if (!bodyElement.startsWith(fields.service.serviceCode)) throw fault('bodyInconsistent')
}

function completeFields(fields: HeaderFields): Omit<SoapMessage, 'kind' | 'text' | 'bodyElement'> {
  const { client, service, id, userId, issue, representedParty, securityServer, requestHash } = fields
  if (client === undefined || service === undefined || id === undefined) throw fault('headerMissing')
  return { client, service, id, userId, issue, representedParty, securityServer, requestHash }
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

function isNamed(node: { namespace: string; localName: string }, namespace: string, localName: string): boolean {
  return node.localName === localName && node.namespace === namespace
}
