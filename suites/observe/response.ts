import type { Response } from './answer.ts'
import { childOf, parseXml, type XmlElement } from './xml.ts'

const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'

/** Every value of a header, whatever the letter case of its name. */
export function headerValues(response: Pick<Response, 'headers'>, name: string): string[] {
  return response.headers.filter(([one]) => one.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
}

/** The only value of a header; undefined if there is none or more than one. */
export function headerValue(response: Pick<Response, 'headers'>, name: string): string | undefined {
  const values = headerValues(response, name)
  return values.length === 1 ? values[0] : undefined
}

/** Type and subtype in lower case, and the charset if one is named. */
export function mediaType(response: Pick<Response, 'headers'>): { type: string; charset?: string } {
  const [type = '', ...parameters] = (headerValue(response, 'content-type') ?? '').split(';').map((part) => part.trim())
  const charset = parameters.find((parameter) => /^charset=/i.test(parameter))
  const name = charset?.slice('charset='.length).replaceAll('"', '').toLowerCase()
  return { type: type.toLowerCase(), ...(name !== undefined && { charset: name }) }
}

export function bodyText(response: Pick<Response, 'body'>): string {
  return response.body.toString('utf8')
}

/** The body as JSON; undefined if it is none. */
export function bodyJson(response: Pick<Response, 'body'>): unknown {
  try {
    return JSON.parse(bodyText(response))
  } catch {
    return undefined
  }
}

export interface Envelope {
  readonly header: XmlElement | undefined
  readonly body: XmlElement
  /** The single child of the body: a wrapper or a Fault. */
  readonly content: XmlElement | undefined
}

/** The SOAP 1.1 envelope in the body; undefined if there is none. */
export function parseEnvelope(response: Pick<Response, 'body'>): Envelope | undefined {
  const root = parseXml(bodyText(response))
  if (root?.name !== 'Envelope' || root.namespace !== soapNamespace) return undefined
  const body = childOf(root, 'Body', soapNamespace)
  if (body === undefined) return undefined
  const content = body.children.length === 1 ? body.children[0] : undefined
  return { header: childOf(root, 'Header', soapNamespace), body, content }
}

/** The Fault of a SOAP envelope, if that is what it holds. */
export function faultElement(envelope: Envelope | undefined): XmlElement | undefined {
  const content = envelope?.content
  return content?.name === 'Fault' && content.namespace === soapNamespace ? content : undefined
}
