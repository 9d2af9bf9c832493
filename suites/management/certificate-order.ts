import { createPublicKey, generateKeyPair, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import { request } from 'undici'
import { expect } from 'vitest'
import type { Target } from '../target/target.ts'
import { derIdentifier, derInteger, derNull, derSequence, derValue } from './der.ts'

export interface IssuedKey {
  readonly key: KeyObject
  readonly certificate: X509Certificate
}

/** The subject of the Finnish profile. */
export interface OrderedSubject {
  readonly organisation: string
  /** INSTANCE/SERVER/CLASS. */
  readonly serialNumber: string
  /** Code of the member, or address of the server. */
  readonly commonName: string
}

type CertificateUsage = 'signing' | 'authentication'

const generate = promisify(generateKeyPair)
const keys = new Map<string, Promise<KeyObject>>()

/** A key for signing or for authentication; one for all who need it, since keys take time and only certificates differ. */
function keyFor(usage: string): Promise<KeyObject> {
  const made = keys.get(usage) ?? generate('rsa', { modulusLength: 2048 }).then(({ privateKey }) => privateKey)
  keys.set(usage, made)
  return made
}

/** Has the approved authority issue a certificate, as the administrator of a security server does with a request. */
export async function orderCertificate(
  target: Target,
  usage: CertificateUsage,
  subject: OrderedSubject,
): Promise<IssuedKey> {
  const key = await keyFor(usage)
  return { key, certificate: new X509Certificate(await haveIssued(target, usage, writeRequest(key, subject))) }
}

/** Has it issue one for a request (PKCS#10), DER or PEM; resolves to PEM. */
export async function haveIssued(
  { trustServices }: Target,
  usage: CertificateUsage,
  certificateRequest: Buffer | string,
): Promise<string> {
  const url = new URL(trustServices.issuing)
  url.searchParams.set('usage', usage)
  const { statusCode, body } = await request(url, { method: 'POST', body: certificateRequest })
  const text = await body.text()
  expect(statusCode, text).toBe(200)
  return text
}

/** PKCS#10 (RFC 2986), signed with SHA-256. */
function writeRequest(key: KeyObject, { organisation, serialNumber, commonName }: OrderedSubject): Buffer {
  const attribute = (identifier: string, tag: number, value: string) =>
    derValue(0x31, derSequence(derIdentifier(identifier), derValue(tag, Buffer.from(value))))
  const name = derSequence(
    attribute('2.5.4.6', 0x13, 'FI'),
    attribute('2.5.4.10', 0x0c, organisation),
    attribute('2.5.4.5', 0x0c, serialNumber),
    attribute('2.5.4.3', 0x0c, commonName),
  )
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const information = derSequence(derInteger('00'), name, spki, derValue(0xa0))
  const algorithm = derSequence(derIdentifier('1.2.840.113549.1.1.11'), derNull)
  const signature = sign('sha256', information, key)
  return derSequence(information, algorithm, derValue(0x03, Buffer.of(0), signature))
}
