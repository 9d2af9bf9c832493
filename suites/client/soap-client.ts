import type { RawHeader } from '../../fixtures/exchange.ts'
import { type ClientId, formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import type { Seen } from '../observe/answer.ts'
import type { Caller } from './caller.ts'
import { type EnvelopeParts, writeEnvelope } from './soap-envelope.ts'

/** What a SOAP call may deviate in: parts of the envelope, and HTTP headers that are sent besides the Content-Type. */
export interface SoapOptions extends Omit<Partial<EnvelopeParts>, 'service'> {
  readonly headers?: readonly RawHeader[]
}

export interface SoapRequest {
  readonly method?: string
  readonly target?: string
  readonly headers: readonly RawHeader[]
  readonly body: Buffer | string
  /** The identifier that stands in the body, to find the message in the exchange log. */
  readonly messageId?: string
}

export interface SoapClient {
  /** Calls a service with a message that is right but for the options. */
  call(service: ServiceId, options?: SoapOptions): Promise<Seen>
  /** Sends any bytes to the message interface. */
  send(request: SoapRequest): Promise<Seen>
}

/** A SOAP client that speaks for an X-Road client. `newId` makes message identifiers. */
export function soapClient(caller: Caller, client: ClientId, newId: () => string): SoapClient {
  async function send(request: SoapRequest, named: ClientId = client): Promise<Seen> {
    const { method = 'POST', target = '/', headers, messageId } = request
    const facts = { protocol: 'soap', method, target, client: formatPath(named) } as const
    const body = Buffer.from(request.body)
    return caller(
      { method, path: target, headers, ...(body.length > 0 && { body }) },
      { ...facts, ...(messageId !== undefined && { messageId }) },
    )
  }

  return {
    send: (request) => send(request),
    call(service, { headers = [], ...parts } = {}) {
      const id = parts.id ?? newId()
      const body = writeEnvelope({ client, service, ...parts, id })
      const sent = [['Content-Type', 'text/xml; charset=UTF-8'], ...headers] as const
      return send({ headers: sent, body, messageId: id }, parts.client)
    },
  }
}
