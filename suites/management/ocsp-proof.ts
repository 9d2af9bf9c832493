import { createHash, X509Certificate } from 'node:crypto'
import { request } from 'undici'
import { expect } from 'vitest'
import { elementsOf, textOf } from '../configuration/configuration-source.ts'
import type { XmlElement } from '../observe/xml.ts'
import { childOf } from '../observe/xml.ts'
import { derContent, derIdentifier, derInteger, derNull, derParts, derSequence, derValue } from './der.ts'

/** An approved authority, as the shared parameters list it. */
export interface ApprovedAuthority {
  readonly certificate: X509Certificate
  readonly ocspUrl: string
}

/** The first authority that is listed; an expectation fails where it has no OCSP responder. */
export function approvedAuthority(sharedParameters: XmlElement): ApprovedAuthority {
  const top = childOf(elementsOf(sharedParameters, 'approvedCA')[0], 'topCA')
  const der = Buffer.from(textOf(top, 'cert') ?? '', 'base64')
  const ocspUrl = textOf(childOf(top, 'ocsp'), 'url') ?? ''
  expect(ocspUrl, 'address of an OCSP responder').not.toBe('')
  return { certificate: new X509Certificate(der), ocspUrl }
}

/** What the responder says of a certificate now, DER (RFC 6960). */
export async function askOcsp(
  { certificate: issuer, ocspUrl }: ApprovedAuthority,
  certificate: X509Certificate,
): Promise<Buffer> {
  const names = derParts(derParts(issuer.raw)[0] ?? Buffer.alloc(0))
  // Behind the version: serial number, algorithm, issuer, validity, subject.
  const subject = names[5] ?? Buffer.alloc(0)
  const spki = issuer.publicKey.export({ type: 'spki', format: 'der' })
  const keyBits = derContent(derParts(spki)[1] ?? Buffer.alloc(0)).subarray(1)
  const id = derSequence(
    derSequence(derIdentifier('1.3.14.3.2.26'), derNull),
    derValue(0x04, sha1(subject)),
    derValue(0x04, sha1(keyBits)),
    derInteger(certificate.serialNumber),
  )
  const { statusCode, body } = await request(ocspUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request' },
    body: derSequence(derSequence(derSequence(derSequence(id)))),
  })
  expect(statusCode, 'status of the OCSP responder').toBe(200)
  return Buffer.from(await body.arrayBuffer())
}

function sha1(bytes: Buffer): Buffer {
  return createHash('sha1').update(bytes).digest()
}
