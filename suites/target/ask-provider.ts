import { randomUUID } from 'node:crypto'
import { gunzipSync, inflateSync } from 'node:zlib'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { type EnvelopeParts, writeEnvelope } from '../client/soap-envelope.ts'
import type { Seen } from '../observe/answer.ts'
import { headerValue } from '../observe/response.ts'
import type { PlacedService } from './cast/access.ts'
import type { JudgedService } from './cast/judged-services.ts'
import type { Target } from './target.ts'

/** Headers that are not as a security server sends them; undefined leaves one out. */
export type HeaderChanges = Readonly<Record<string, string | undefined>>

/** A message of the client that calls a judged service, with the question that it answers. */
export function messageTo({ id: service, client, question }: JudgedService, parts: Partial<EnvelopeParts> = {}) {
  const ordinary = { client, service, id: randomUUID(), ...(question !== undefined && { body: question }) }
  return writeEnvelope({ ...ordinary, ...parts })
}

/** A message for an operation that the information system behind the judged service does not have. */
export function messageToNowhere(target: Target): string {
  const judged = target.judged('soap')
  const service = { ...judged.id, serviceCode: 'noSuchOperation' }
  return messageTo(judged, { service, body: '<prod:noSuchOperation/>' })
}

/** Sends a SOAP message to an information system as a security server does: in chunks, with few headers. */
export async function askSoapProvider(target: Target, text: string, changes: HeaderChanges = {}): Promise<Seen> {
  const judged = target.judged('soap')
  await using line = target.provider(judged)
  const headers: RawHeader[] = [
    ['SOAPAction', ''],
    ['accept-encoding', ''],
    ['Transfer-Encoding', 'chunked'],
    ['Content-Type', 'text/xml; charset=UTF-8'],
    ...connectionHeaders(target, line.server),
  ]
  const client = target.soap({ client: judged.client, connection: line })
  return await client.send({ target: line.path, headers: withChanges(headers, changes), body: inChunks(text) })
}

/** Sends a GET request to an information system as a security server does. What follows the address is the question, or `path`. */
export async function askRestProvider(
  target: Target,
  path?: string,
  judged: JudgedService = target.judged('rest'),
): Promise<Seen> {
  await using line = target.provider(judged)
  const headers: RawHeader[] = [
    ['x-road-request-id', randomUUID()],
    ...connectionHeaders(target, line.server),
    ['Accept-Encoding', 'gzip,deflate'],
  ]
  const client = target.rest({ client: judged.client, connection: line })
  return inflated(await client.send(joined(line.path, path ?? judged.question ?? ''), { headers }))
}

/** Fetches the description of a service as a security server does. */
export async function fetchDescription(
  target: Target,
  described: PlacedService & Pick<JudgedService, 'client'>,
): Promise<Seen> {
  await using line = target.provider(described, 'description')
  const headers = connectionHeaders(target, line.server)
  const client = target.soap({ client: described.client, connection: line })
  return inflated(await client.send({ method: 'GET', target: line.path, headers, body: '' }))
}

/** Address and path as a security server puts them together: of two slashes one is left out. */
function joined(address: string, path: string): string {
  return address.endsWith('/') && path.startsWith('/') ? address + path.slice(1) : address + path
}

function connectionHeaders(target: Target, host: string): RawHeader[] {
  return [
    ['Host', host],
    ['Connection', 'Keep-Alive'],
    ['User-Agent', target.profile.userAgent],
  ]
}

function withChanges(headers: readonly RawHeader[], changes: HeaderChanges): RawHeader[] {
  return headers.flatMap(([name, value]) => {
    const changed = name in changes ? changes[name] : value
    return changed === undefined ? [] : [[name, changed] as const]
  })
}

function inChunks(text: string): Buffer {
  const body = Buffer.from(text)
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
}

/** An answer as it is passed on: a security server undoes the compression that it has asked for. */
function inflated(seen: Seen): Seen {
  const encoding = seen.kind === 'response' ? headerValue(seen, 'content-encoding') : undefined
  if (seen.kind !== 'response' || encoding === undefined) return seen
  if (/^(x-)?gzip$/i.test(encoding)) return { ...seen, body: gunzipSync(seen.body) }
  return /^deflate$/i.test(encoding) ? { ...seen, body: inflateSync(seen.body) } : seen
}
