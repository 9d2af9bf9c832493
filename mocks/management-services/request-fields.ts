import type { ClientId, ServerId } from '../../fixtures/identifiers.ts'
import type { ManagementServiceCode } from '../../fixtures/management-services.ts'
import { identifierFrame } from '../message/soap-header.ts'
import { clientFrom, serverFrom } from '../message/soap-identifiers.ts'
import type { SoapMessage } from '../message/soap-message.ts'
import { envelopeNamespace, xroadNamespace } from '../message/soap-namespaces.ts'
import type { XmlElement } from '../message/xml-element.ts'
import { type Frame, frameHandler, ignored, isNamed, textFrame } from '../message/xml-frame.ts'
import { readXml } from '../message/xml-reader.ts'
import { ManagementFault } from './management-fault.ts'

/** What the body of a management request says. */
export interface RequestFields {
  readonly server: ServerId
  readonly client?: ClientId
  readonly subsystemName?: string
  readonly address?: string
  /** DER of the authentication certificate. */
  readonly authCert?: Buffer
  /** Text of maintenance mode. */
  readonly message?: string
  /** The request is only checked. */
  readonly dryRun?: boolean
}

type Draft = { -readonly [Name in keyof RequestFields]?: RequestFields[Name] | undefined }

/** Reads the wrapper element of a service; throws a ManagementFault where it is of no schema, or names no server (MGMT-17). */
export function readRequestFields({ text }: SoapMessage, service: ManagementServiceCode): RequestFields {
  const draft: Draft = {}
  const passing = (child: Frame['child']): Frame => ({ child, close: () => {} })
  const wrapper = passing((element) => (element.namespace === xroadNamespace ? fieldFrame(element, draft) : ignored))
  const body = passing((element) => {
    if (element.namespace !== xroadNamespace) throw new ManagementFault('invalidSoap', `Failed to parse '${service}'`)
    return wrapper
  })
  const envelope = passing((element) => (isNamed(element, envelopeNamespace, 'Body') ? body : ignored))
  readXml(text, frameHandler(passing(() => envelope)))
  const { server, ...rest } = draft
  if (server === undefined) throw new ManagementFault('internalError', `The request to ${service} names no server`)
  return { server, ...(rest as Omit<RequestFields, 'server'>) }
}

function fieldFrame(element: XmlElement, draft: Draft): Frame {
  switch (element.localName) {
    case 'server':
      return identifierFrame(element, ['SERVER'], ['serverCode'], (values) => {
        draft.server = serverFrom(values)
      })
    case 'client':
      return identifierFrame(element, ['MEMBER', 'SUBSYSTEM'], ['subsystemCode'], (values) => {
        draft.client = clientFrom(values)
      })
    case 'authCert':
      return textFrame((value) => {
        // Kept for long, and so in memory of its own: a corner of Node's pool would keep all of that.
        draft.authCert = Buffer.from(Uint8Array.from(Buffer.from(value, 'base64')).buffer)
      })
    case 'dryRun':
      return textFrame((value) => {
        draft.dryRun = ['true', '1'].includes(value.trim())
      })
    case 'subsystemName':
    case 'address':
    case 'message': {
      const { localName } = element
      return textFrame((value) => {
        draft[localName] = value
      })
    }
    default:
      return ignored
  }
}
