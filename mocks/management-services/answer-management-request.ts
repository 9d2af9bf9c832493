import { randomUUID, type X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ClientId } from '../../fixtures/identifiers.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'
import { FaultError } from '../fault/fault.ts'
import type { ManagementAnswer, ManagementDecisions } from './management-decisions.ts'
import { invalidRequest, ManagementFault, renderManagementFault } from './management-fault.ts'
import { findManagementEndpoint, type ManagementEndpoint } from './management-paths.ts'
import { readManagementRequest } from './read-request.ts'
import type { RegistrationOffice } from './registration-office.ts'
import { verifyRequest } from './verify-request.ts'
import { webServerPage } from './web-server-page.ts'

export interface EndpointOptions {
  readonly profile: VersionProfile
  readonly provider: ClientId
  readonly office: RegistrationOffice
  readonly decisions: () => ManagementDecisions
  authority(): Promise<X509Certificate>
  responders(): Promise<readonly X509Certificate[]>
  readonly now: () => number
}

/** More than this of a request is not even read to be thrown away. */
const drainLimit = 10_000_000

/** Answers a request to one of the endpoints; undefined for a caller who goes away, or never ends. Rejects for a defect. */
export async function answerManagementRequest(
  options: EndpointOptions,
  endpoint: ManagementEndpoint,
  incoming: IncomingMessage,
): Promise<ManagementAnswer | undefined> {
  const decisions = options.decisions()
  const limit = decisions.bodyLimit()
  const [path = ''] = (incoming.url ?? '').split('?', 1)
  const isHere = findManagementEndpoint(path) === endpoint && decisions.isAllowed(incoming.method ?? '')
  // A length that is too large is refused wherever it is sent to; where none is said, it is found out last.
  const isAnnounced = Number(incoming.headers['content-length'] ?? 0) > limit
  if (!isHere && !isAnnounced) return webServerPage(403)
  const body = await readStart(incoming, limit + 1)
  if (body === undefined) return undefined
  if (body.length > limit) return webServerPage(413)
  const contentType = incoming.headers['content-type']
  if (!isTaken(endpoint, contentType ?? '')) {
    return { status: 415, headers: { 'Content-Type': 'text/plain' }, body: '415 Unsupported Media Type\n' }
  }
  const start = body.subarray(0, decisions.sizeLimit())
  return decisions.answer(await answer(options, endpoint, start, contentType), endpoint)
}

/** A registration comes in parts; any other request may be a SOAP message alone, in UTF-8. */
function isTaken(endpoint: ManagementEndpoint, contentType: string): boolean {
  const [type, ...parameters] = contentType.toLowerCase().replace(/[\s"]/g, '').split(';')
  if (type === 'multipart/related') return true
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  return endpoint === 'management' && type === 'text/xml' && (charset === undefined || charset === 'charset=utf-8')
}

async function answer(
  options: EndpointOptions,
  endpoint: ManagementEndpoint,
  body: Buffer,
  contentType: string | undefined,
): Promise<ManagementAnswer> {
  const { profile, provider, office, now } = options
  const decisions = options.decisions()
  try {
    const request = await readManagementRequest(body, contentType, { quirks: profile.quirks, decisions })
    const { service, soap, fields } = request
    const trust = { authority: await options.authority(), responders: await options.responders() }
    verifyRequest(request, { trust, provider, at: new Date(now()), decisions })
    if ((service === 'authCertReg') !== (endpoint === 'registration')) {
      throw invalidRequest(
        endpoint === 'registration' ? 'AuthCertRegRequest is missing' : `Unsupported request type ${service}`,
      )
    }
    const id = endpoint === 'registration' && fields.dryRun === true ? 0 : await office.submit(request)
    return answerWith(200, decisions.writeResponse(soap.text, soap.service.serviceCode, id))
  } catch (error) {
    if (!(error instanceof ManagementFault || error instanceof FaultError)) throw error
    return answerWith(500, renderManagementFault(error, profile, randomUUID().replaceAll('-', '').slice(0, 16)))
  }
}

function answerWith(status: number, body: Buffer | string): ManagementAnswer {
  const headers = {
    Pragma: 'no-cache',
    Expires: '0',
    'Cache-Control': 'no-store',
    'Content-Type': 'text/xml;charset=UTF-8',
  }
  return { status, headers, body }
}

/** The first bytes of a body; the rest is read and dropped, so that whoever sends it is there for the answer. */
async function readStart(incoming: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      if (length < limit) chunks.push(chunk)
      length += chunk.length
      if (length > drainLimit) return undefined
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks)
}
