import { randomUUID } from 'node:crypto'
import { type HttpHandler, HttpResponse, http } from 'msw'
import { parseRelatedParts, renderRelatedParts } from './related-parts.ts'
import { renderAnswer, renderFault, renderRefusal } from './soap-answer.ts'
import { parseSoapRequest } from './soap-envelope.ts'
import { type SoapCall, type SoapOutcome, soapOperations } from './soap-operations.ts'
import { type TestServiceBehaviour, type TestServiceOptions, withDefaults } from './test-service-options.ts'

export interface SoapTestOptions extends TestServiceOptions {
  /** The WSDL document for `?wsdl`, given the address of the service. */
  readonly wsdl?: (address: string) => string
}

const xmlType = 'text/xml; charset=UTF-8'

/**
 * The SOAP test services (`getRandom`, `helloService`, `testService` and those of the NIIS example adapter) as an MSW
 * handler. Namespace and wrapper of a request decide in which dialect it is answered; every error has status 200.
 */
export function soapTestHandlers(path: string, options: SoapTestOptions = {}): HttpHandler[] {
  const behaviour = withDefaults(options)
  return [
    http.post(path, async ({ request }) => answerCall(request, behaviour)),
    http.get(path, ({ request }) => {
      const { origin, pathname, searchParams } = new URL(request.url)
      if (!searchParams.has('wsdl')) return xml(renderFault('HTTP GET method not implemented'))
      return xml(options.wsdl?.(origin + pathname) ?? renderFault('WSDL not found'))
    }),
  ]
}

async function answerCall(request: Request, behaviour: TestServiceBehaviour): Promise<Response> {
  const contentType = request.headers.get('content-type') ?? ''
  if (!/^(text\/xml|multipart\/related)/i.test(contentType)) {
    return xml(renderFault(`Invalid content type : "${contentType}".`))
  }
  const call = parseCall(Buffer.from(await request.arrayBuffer()), contentType)
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

function render({ request }: SoapCall, outcome: SoapOutcome): Response {
  if (outcome.kind === 'missing') {
    const text = `422 Unprocessable Entity. Missing "${outcome.element}" element.`
    return xml(renderRefusal(request, outcome.dialect, '422', text))
  }
  const soap = renderAnswer(request, outcome.dialect, outcome.elements)
  const { attachments = [] } = outcome
  if (attachments.length === 0) return xml(soap)
  const boundary = `----=_Part_${randomUUID()}`
  const body = renderRelatedParts([{ contentType: xmlType, body: Buffer.from(soap) }, ...attachments], boundary)
  return respond(body, `multipart/related; type="text/xml"; boundary="${boundary}"; charset=UTF-8`)
}

function xml(text: string): Response {
  return respond(Buffer.from(text), xmlType)
}

function respond(body: Buffer<ArrayBuffer>, contentType: string): Response {
  return new HttpResponse(body, { headers: { 'Content-Type': contentType, 'Content-Length': String(body.length) } })
}
