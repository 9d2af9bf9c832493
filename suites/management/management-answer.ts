import type { RawHeader } from '../../fixtures/exchange.ts'
import { childOf, descendantOf, parseXml, type XmlElement } from '../observe/xml.ts'

/** What a management service answers, however it came. */
export interface ManagementAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** The SOAP header. */
  readonly header: XmlElement | undefined
  /** The element in the SOAP body. */
  readonly content: XmlElement | undefined
  readonly requestId: string | undefined
  /** Code and text of a SOAP fault. */
  readonly fault: { readonly code: string; readonly text: string } | undefined
  /** The text of the fault; `none` where the request was taken. */
  readonly refusal: string
}

/** Reads a response or a SOAP fault; throws for a body that is no XML. */
export function readManagementAnswer(status: number, headers: readonly RawHeader[], body: Buffer): ManagementAnswer {
  const root = parseXml(body.toString())
  const content = childOf(root, 'Body')?.children[0]
  const fault =
    content?.name === 'Fault'
      ? { code: childOf(content, 'faultcode')?.text ?? '', text: childOf(content, 'faultstring')?.text ?? '' }
      : undefined
  return {
    status,
    headers: new Map(headers.map(([name, value]) => [name.toLowerCase(), value])),
    header: childOf(root, 'Header'),
    content,
    requestId: content && descendantOf(content, 'requestId')?.text,
    fault,
    refusal: fault?.text ?? 'none',
  }
}
