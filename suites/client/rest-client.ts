import type { RawHeader } from '../../fixtures/exchange.ts'
import { type ClientId, formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import type { Seen } from '../observe/answer.ts'
import type { Caller } from './caller.ts'

/** What a REST request may deviate in. Headers are sent besides X-Road-Client and X-Road-Id. */
export interface RestOptions {
  readonly method?: string
  readonly headers?: readonly RawHeader[]
  readonly body?: Buffer | string
  /** Replaces X-Road-Client: several values are several headers, none is none. */
  readonly clientHeaders?: readonly string[]
  readonly messageId?: string
  /** Replaces X-Road-Id likewise. */
  readonly idHeaders?: readonly string[]
}

export interface RestClient {
  /** Calls a service: `get(service, '/random?x=1')`. */
  get(service: ServiceId, path?: string, options?: RestOptions): Promise<Seen>
  /** Sends a request to any target of the message interface, written as it shall stand on the request line. */
  send(target: string, options?: RestOptions): Promise<Seen>
}

/** A REST client that speaks for an X-Road client. `newId` makes message identifiers. */
export function restClient(caller: Caller, client: ClientId, newId: () => string): RestClient {
  const clientPath = formatPath(client)

  async function send(target: string, options: RestOptions = {}): Promise<Seen> {
    const messageId = options.messageId ?? newId()
    const method = options.method ?? 'GET'
    const clientHeaders = (options.clientHeaders ?? [clientPath]).map((value) => ['X-Road-Client', value] as const)
    const idHeaders = (options.idHeaders ?? [messageId]).map((value) => ['X-Road-Id', value] as const)
    const headers: RawHeader[] = [...clientHeaders, ...idHeaders, ...(options.headers ?? [])]
    const body = options.body === undefined ? {} : { body: Buffer.from(options.body) }
    const facts = { protocol: 'rest', method, target, client: clientPath, messageId } as const
    return caller({ method, path: target, headers, ...body }, facts)
  }

  return { send, get: (service, path = '', options) => send(`/r1/${formatPath(service)}${path}`, options) }
}
