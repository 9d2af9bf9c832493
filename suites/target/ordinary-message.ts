import { randomUUID } from 'node:crypto'
import type { ProviderCall, RawHeader } from '../../fixtures/exchange.ts'
import type { ServiceId } from '../../fixtures/identifiers.ts'
import { type EnvelopeParts, writeEnvelope } from '../client/soap-envelope.ts'
import type { Seen } from '../observe/answer.ts'
import type { Target } from './target.ts'

/** A SOAP message with nothing wrong in it, to be changed and sent. */
export interface OrdinaryMessage extends Pick<EnvelopeParts, 'client' | 'service' | 'id'> {
  readonly text: string
  /** Sends any bytes in its place, as `text/xml; charset=UTF-8` unless other headers are given. */
  send(body: Buffer | string, headers?: readonly RawHeader[]): Promise<Seen>
  /** What the provider's information system was sent on account of it. */
  providerCalls(): Promise<readonly ProviderCall[]>
}

/** A message of the ordinary HTTPS client to `getRandom`, or to another service. */
export function ordinaryMessage(
  target: Target,
  parts: Partial<EnvelopeParts> = {},
  service: ServiceId = parts.service ?? target.service('random', 'soap'),
): OrdinaryMessage {
  const client = target.client('https')
  const named = { client, service, id: randomUUID() }
  return {
    ...named,
    text: writeEnvelope({ ...named, ...parts }),
    send: (body, headers = plainXml) => target.soap({ client }).send({ headers, body, messageId: named.id }),
    async providerCalls() {
      return (await target.control.exchanges(named.id)).flatMap((exchange) => exchange.providerCalls)
    },
  }
}

const plainXml = [['Content-Type', 'text/xml; charset=UTF-8']] as const

/** The bytes of a body that the provider's information system was sent. */
export function bytesOf({ body }: Pick<ProviderCall, 'body'>): Buffer {
  return Buffer.from(body.base64, 'base64')
}
