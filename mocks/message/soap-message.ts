import type { ClientId, ServerId, ServiceId } from '../../fixtures/identifiers.ts'
import { fault } from '../fault/fault.ts'
import { type HeaderFields, headerField, type OnCentralService, type RepresentedParty } from './soap-header.ts'
import { envelopeNamespace } from './soap-namespaces.ts'
import { decodeXml } from './xml-encoding.ts'
import { XmlError } from './xml-error.ts'
import { type Frame, frameHandler, ignored, isNamed, textFrame } from './xml-frame.ts'
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

/** A SOAP fault, whoever wrote it. */
export interface SoapFault {
  readonly kind: 'fault'
  readonly code: string | undefined
  readonly string: string | undefined
  readonly actor: string | undefined
  readonly detail: string | undefined
}

/** Parses a SOAP 1.1 message; throws a FaultError without origin for whatever a security server refuses. */
export function parseSoapMessage(bytes: Buffer, onCentralService?: OnCentralService): SoapMessage | SoapFault {
  try {
    const document = decodeXml(bytes)
    const reading = soapReading(onCentralService)
    readXml(document, reading.handler)
    return reading.result(document.text)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    if (error.position === undefined) throw fault('xmlEmpty')
    throw fault('xmlMalformed', { ...error.position, text: error.message })
  }
}

function soapReading(onCentralService: OnCentralService | undefined): {
  handler: XmlHandler
  result(text: string): SoapMessage | SoapFault
} {
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
    child: (element) => headerField(element, fields, onCentralService),
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

function faultFrame(done: (found: SoapFault) => void): Frame {
  const values = new Map<string, string>()
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
