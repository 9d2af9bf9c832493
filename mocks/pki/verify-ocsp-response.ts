import { X509Certificate } from 'node:crypto'
import { certificateId, isSameId, readCertificateId } from './certificate-id.ts'
import { certificateParts, keyHash } from './certificate-parts.ts'
import {
  childrenOf,
  DerError,
  type DerValue,
  expectTag,
  onlyChildOf,
  partsOf,
  readBitString,
  readDer,
  readGeneralizedTime,
  readObjectIdentifier,
} from './der-reader.ts'
import { verifyDer } from './der-signature.ts'
import { basicResponseIdentifier, type CertificateStatus } from './ocsp-response.ts'

export interface OcspExpectation {
  readonly certificate: X509Certificate
  readonly issuer: X509Certificate
  /** Responders that the global configuration lists for the issuer; others must be authorised by it. */
  readonly responders: readonly X509Certificate[]
  readonly at: Date
  /** `ocspFreshnessSeconds` of the global configuration; 3600 by default. */
  readonly freshnessSeconds?: number
  /** False where the part NEXTUPDATE of the global configuration switches it off. */
  readonly verifyNextUpdate?: boolean
}

/** What a security server makes of a response: the code and the text are the reference's. */
export type OcspVerdict =
  | { readonly kind: 'good' }
  | {
      readonly kind: 'refused'
      readonly code: 'incorrect_validation_info' | 'cert_validation'
      readonly message: string
    }

/** An OCSP response, taken apart and not yet believed. */
interface BasicResponse {
  readonly signed: Buffer
  readonly responder: DerValue
  readonly single: readonly DerValue[]
  readonly algorithm: DerValue | undefined
  readonly signature: Buffer
  readonly certificates: readonly X509Certificate[]
}

/** Judges whether DER of an OCSPResponse says that the certificate is good, in the order in which X-Road looks. */
export function verifyOcspResponse(response: Buffer, expectation: OcspExpectation): OcspVerdict {
  try {
    return judge(readBasicResponse(response), expectation)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    return incorrect(`OCSP response cannot be read: ${error.message}`)
  }
}

function judge(response: BasicResponse, expectation: OcspExpectation): OcspVerdict {
  const { certificate, issuer, at, freshnessSeconds = 3600, verifyNextUpdate = true } = expectation
  const [id, status, thisUpdate, ...rest] = response.single
  if (!isSameId(readCertificateId(id), readCertificateId(readDer(certificateId(certificate, issuer))))) {
    const number = BigInt(`0x${certificate.serialNumber}`)
    return incorrect(`OCSP response does not apply to certificate (sn = ${number})`)
  }
  const responder = findResponder(response, expectation)
  if (responder === undefined) return incorrect('Could not find OCSP certificate for responder ID')
  if (!verifyDer(response.signed, response.algorithm, response.signature, responder.publicKey)) {
    return incorrect('Signature on OCSP response is not valid')
  }
  if (!isAuthorised(responder, expectation)) return incorrect('OCSP responder is not authorized for given CA')

  const made = readGeneralizedTime(thisUpdate)
  if (made.getTime() < at.getTime() - freshnessSeconds * 1000) {
    return incorrect(`OCSP response is too old (thisUpdate: ${toSecond(made)})`)
  }
  const next = rest.find(({ tag }) => tag === 0xa0)
  const nextUpdate = next === undefined ? undefined : readGeneralizedTime(onlyChildOf(next))
  if (verifyNextUpdate && nextUpdate !== undefined && nextUpdate < at) {
    return incorrect(`OCSP nextUpdate is too old, atDate: ${toSecond(at)} nextUpdate: ${toSecond(nextUpdate)}`)
  }
  const known = readStatus(status)
  if (known.kind === 'good') return known
  const message = `OCSP response indicates certificate status is ${statusText(known)}`
  return { kind: 'refused', code: 'cert_validation', message }
}

function readBasicResponse(bytes: Buffer): BasicResponse {
  const [status, answer] = partsOf(readDer(bytes))
  const code = expectTag(status, 0x0a).content[0]
  if (code !== 0) throw new DerError(`it has the status ${code} instead of an answer`)
  const [type, basic] = partsOf(onlyChildOf(expectTag(answer, 0xa0)))
  if (readObjectIdentifier(type) !== basicResponseIdentifier) throw new DerError('it is not a basic response')
  const [data, algorithm, signature, certificates] = partsOf(readDer(expectTag(basic, 0x04).content))
  // A version, [0], stands first unless it is 1.
  const fields = partsOf(data).filter(({ tag }) => tag !== 0xa0)
  const [responder, , answers] = fields
  if (responder === undefined) throw new DerError('it names no responder')
  const [first] = partsOf(answers)
  return {
    signed: expectTag(data, 0x30).raw,
    responder,
    single: partsOf(first),
    algorithm,
    signature: readBitString(signature),
    certificates: certificates === undefined ? [] : partsOf(onlyChildOf(certificates)).map(readCertificate),
  }
}

function readCertificate({ raw }: DerValue): X509Certificate {
  try {
    const certificate = new X509Certificate(raw)
    // A key that cannot be read throws only when it is looked at.
    if (certificate.publicKey.type === 'public') return certificate
    throw new Error('a certificate has a public key')
  } catch (cause) {
    throw new DerError('it brings a damaged certificate', { cause })
  }
}

/** The responder ID is a name, [1], or the hash of a key, [2]. */
function findResponder(
  { responder, certificates }: BasicResponse,
  { responders, issuer }: OcspExpectation,
): X509Certificate | undefined {
  const wanted = onlyChildOf(responder)
  return [...responders, issuer, ...certificates].find((known) => {
    const { subject, publicKey } = certificateParts(known)
    return responder.tag === 0xa1 ? subject.equals(wanted.raw) : keyHash(publicKey).equals(wanted.content)
  })
}

function isAuthorised(responder: X509Certificate, { responders, issuer }: OcspExpectation): boolean {
  if ([...responders, issuer].some((known) => known.raw.equals(responder.raw))) return true
  const isIssued = certificateParts(responder).issuer.equals(certificateParts(issuer).subject)
  const mayAnswer = responder.keyUsage?.includes('1.3.6.1.5.5.7.3.9') ?? false
  return isIssued && mayAnswer && responder.verify(issuer.publicKey)
}

function readStatus(value: DerValue | undefined): CertificateStatus {
  if (value?.tag === 0x80) return { kind: 'good' }
  if (value?.tag === 0xa1) return { kind: 'revoked', at: readGeneralizedTime(childrenOf(value)[0]) }
  return { kind: 'unknown' }
}

function statusText(status: CertificateStatus): string {
  return status.kind === 'revoked'
    ? `REVOKED (date: ${toSecond(status.at).slice(0, -1).replace('T', ' ')})`
    : status.kind.toUpperCase()
}

function toSecond(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

function incorrect(message: string): OcspVerdict {
  return { kind: 'refused', code: 'incorrect_validation_info', message }
}
