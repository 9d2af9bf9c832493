import type { SoapDialect } from './soap-dialect.ts'
import type { SoapRequest } from './soap-envelope.ts'

/** A named element of an answer; its namespace is that of the answer. */
export interface AnswerElement {
  readonly name: string
  readonly content: string | readonly AnswerElement[]
}

const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>'

/** Renders an answer with the header and the wrapper of its request, in a dialect. */
export function renderAnswer(request: SoapRequest, dialect: SoapDialect, elements: readonly AnswerElement[]): string {
  return inEnvelope(request, dialect, elements.map(renderElement).join(''))
}

/** Renders a refusal that is no SOAP fault: code and text in the place of the answer, in no namespace. */
export function renderRefusal(request: SoapRequest, dialect: SoapDialect, code: string, text: string): string {
  const noNamespace = request.hasDefaultNamespace ? ' xmlns=""' : ''
  const error = `<faultCode${noNamespace}>${code}</faultCode><faultString${noNamespace}>${escapeXml(text)}</faultString>`
  return inEnvelope(request, dialect, error)
}

/** Renders a SOAP fault of the adapter. It has no header. */
export function renderFault(text: string): string {
  return (
    `${xmlDeclaration}<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Header/>` +
    '<SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode>' +
    `<faultstring>${escapeXml(text)}</faultstring></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>`
  )
}

function inEnvelope(request: SoapRequest, { namespace, isWrapped }: SoapDialect, content: string): string {
  const { beginning, prefix, wrapper } = request
  const name = `ts1:${wrapper.name}Response`
  const inside = isWrapped ? `${echo(request)}<ts1:response>${content}</ts1:response>` : content
  return (
    `${beginning}<${prefix}Body><${name} xmlns:ts1="${escapeXml(namespace)}">${inside}</${name}>` +
    `</${prefix}Body></${prefix}Envelope>`
  )
}

function echo({ isWrapped, fields }: SoapRequest): string {
  const content = isWrapped ? fields.map(({ name, text }) => renderElement({ name, content: text })).join('') : ''
  return content === '' ? '<ts1:request/>' : `<ts1:request>${content}</ts1:request>`
}

function renderElement({ name, content }: AnswerElement): string {
  const inside = typeof content === 'string' ? escapeXml(content) : content.map(renderElement).join('')
  return `<ts1:${name}>${inside}</ts1:${name}>`
}

function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' }
  return text.replace(/[&<>"\r]/g, (character) => entities[character] ?? character)
}
