import { randomUUID } from 'node:crypto'
import { parseRelatedParts, renderRelatedParts } from './related-parts.ts'
import { renderAnswer, renderFault, renderRefusal } from './soap-answer.ts'
import { parseSoapRequest } from './soap-envelope.ts'
import { type SoapCall, type SoapOutcome, soapOperations } from './soap-operations.ts'
import { answerWith, type ServiceAnswer, type ServiceCall } from './test-service.ts'
import type { TestServiceBehaviour } from './test-service-options.ts'

const xmlType = 'text/xml; charset=UTF-8'

/**
 * The SOAP test services: POST calls one, and GET with `?wsdl` asks for the document that `wsdl` makes of their address.
 * Undefined for any other method.
 */
export function answerSoapTest(
  call: ServiceCall,
  behaviour: TestServiceBehaviour,
  wsdl?: (address: string) => string,
): ServiceAnswer | undefined {
  const { method, url } = call
  if (method === 'POST') return answerMessage(call, behaviour)
  if (method !== 'GET') return undefined
  if (!url.searchParams.has('wsdl')) return xml(renderFault('HTTP GET method not implemented'))
  return xml(wsdl?.(url.origin + url.pathname) ?? renderFault('WSDL not found'))
}

function answerMessage({ contentType, body }: ServiceCall, behaviour: TestServiceBehaviour): ServiceAnswer {
  if (!/^(text\/xml|multipart\/related)/i.test(contentType)) {
    return xml(renderFault(`Invalid content type : "${contentType}".`))
  }
  const call = parseCall(body, contentType)
  if (call === undefined) return xml(renderFault('Invalid X-Road SOAP message. Unable to parse the request.'))
  const { serviceCode } = call.request
  const operation = Object.hasOwn(soapOperations, serviceCode) ? soapOperations[serviceCode] : undefined
  if (operation === undefined) return xml(renderFault('Unknown service code.'))
  try {
    return render(call, operation(call, behaviour))
  } catch (error) {
    if (error instanceof RangeError) return xml(renderFault('500 Internal Server Error'))
    throw error
  }
}

function parseCall(body: Buffer, contentType: string): SoapCall | undefined {
  try {
    const parts = /^multipart/i.test(contentType) ? parseRelatedParts(body, contentType) : [{ contentType, body }]
    const [soap, ...attachments] = parts
    // fatal: what is not UTF-8 is refused; a byte order mark is left out.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(soap?.body)
    return { request: parseSoapRequest(text), attachments }
  } catch {
    return undefined
  }
}

function render({ request }: SoapCall, outcome: SoapOutcome): ServiceAnswer {
  if (outcome.kind === 'missing') {
    const text = `422 Unprocessable Entity. Missing "${outcome.element}" element.`
    return xml(renderRefusal(request, outcome.dialect, '422', text))
  }
  const soap = renderAnswer(request, outcome.dialect, outcome.elements)
  const { attachments = [] } = outcome
  if (attachments.length === 0) return xml(soap)
  const boundary = `----=_Part_${randomUUID()}`
  const body = renderRelatedParts([{ contentType: xmlType, body: Buffer.from(soap) }, ...attachments], boundary)
  return answerWith(body, `multipart/related; type="text/xml"; boundary="${boundary}"; charset=UTF-8`)
}

function xml(text: string): ServiceAnswer {
  return answerWith(text, xmlType)
}
