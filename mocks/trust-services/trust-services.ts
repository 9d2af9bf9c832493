import type { IncomingMessage, ServerResponse } from 'node:http'
import { type CertificationAuthority, certificationAuthority } from '../pki/certification-authority.ts'
import type { IssuedIdentities } from '../pki/issued-identities.ts'
import { answerCertificateRequest } from './answer-certificate-request.ts'
import { answerOcspRequest } from './answer-ocsp-request.ts'
import { answerTimeStampQuery } from './answer-time-stamp-query.ts'
import { answerWith, refuseRequest, type TrustAnswer, type TrustRequest } from './trust-answer.ts'

export interface TrustServicesOptions {
  readonly issued: IssuedIdentities
  readonly ocspUrl: string
  readonly now: () => number
}

/** The approved certification and time-stamping services of an instance. */
export interface TrustServices {
  readonly issued: IssuedIdentities
  authority(): Promise<CertificationAuthority>
  /** Whether a path is one of theirs. */
  serves(path: string): boolean
  /** Rejects for a defect; what a caller does wrong is answered. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>
}

export const trustPaths = {
  ocsp: '/ocsp',
  timeStamping: '/tsa',
  issuing: '/ca/issue',
  certificate: '/ca/certificate.pem',
} as const

/** More than any request of these protocols has; the reference's limit. */
const bodyLimit = 100_000

/** Nothing is made before somebody asks. */
export function trustServices({ issued, ocspUrl, now }: TrustServicesOptions): TrustServices {
  let made: Promise<CertificationAuthority> | undefined
  const authority = () => {
    made ??= issued.authority().then((identity) => certificationAuthority(identity, { ocspUrl, now }))
    return made
  }

  async function answerTo(request: TrustRequest): Promise<TrustAnswer> {
    const asked = ocspPath.exec(request.path)
    const at = new Date(now())
    if (asked !== null) {
      const service = { authority: await authority(), responder: await issued.ocspResponder(), now: at }
      return answerOcspRequest(service, request, asked[1] ?? '')
    }
    if (request.path === trustPaths.timeStamping) {
      return answerTimeStampQuery({ authority: await issued.timeStampingAuthority(), now: at }, request)
    }
    if (request.path === trustPaths.issuing) return answerCertificateRequest(await authority(), request)
    if (!['GET', 'HEAD'].includes(request.method)) return refuseRequest(405, 'Ask by GET.', { Allow: 'GET, HEAD' })
    return answerWith('application/x-pem-file', (await authority()).certificate.toString())
  }

  return {
    issued,
    authority,
    serves: (path) => ocspPath.test(path) || Object.values(trustPaths).some((own) => own === path),
    async answer(incoming, outgoing) {
      const body = await readBody(incoming)
      if (body === 'aborted') return void outgoing.destroy()
      const url = URL.parse(incoming.url ?? '/', 'http://trust')
      const {
        status,
        headers,
        body: answer,
      } = body === undefined || url === null
        ? refuseRequest(body === undefined ? 413 : 400, `A request has a target and at most ${bodyLimit} bytes.`)
        : await answerTo({
            method: incoming.method ?? 'GET',
            path: url.pathname,
            query: url.searchParams,
            contentType: (incoming.headers['content-type'] ?? '').replace(/\s*;.*/, '').toLowerCase(),
            body,
          })
      const length = { 'Content-Length': Buffer.byteLength(answer) }
      const connection = body === undefined ? { Connection: 'close' } : {}
      outgoing.writeHead(status, { ...headers, ...length, ...connection }).end(answer)
    },
  }
}

/** The second part is a request in base64, which may hold slashes. */
const ocspPath = /^\/ocsp(?:\/(.*))?$/

/** Undefined if it is too large. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | 'aborted' | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    // Who sends too much is still to be told so.
    for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > bodyLimit) return undefined
      chunks.push(chunk)
    }
  } catch {
    return 'aborted'
  }
  return Buffer.concat(chunks)
}
