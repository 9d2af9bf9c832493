import { createHash, verify, X509Certificate } from 'node:crypto'
import { ConfigurationFailure } from './configuration-failure.ts'
import { type DownloadDecisions, faithfulDownload } from './download-decisions.ts'
import type { Part, SignedDirectory } from './read-signed-directory.ts'

export interface ListedFile {
  /** `SHARED-PARAMETERS`, `PRIVATE-PARAMETERS` or any other. */
  readonly identifier: string | undefined
  readonly instance: string | undefined
  readonly location: string
  readonly digest: string
  /** As it is written: an unchanged file is recognised by it. */
  readonly hash: string
}

export interface TrustedDirectory {
  readonly expires: number
  readonly version: number
  readonly files: readonly ListedFile[]
}

const digests: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
}

const signatures: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': 'sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512': 'sha512',
}

/** A time with its distance from UTC, as Java reads it. */
const offsetDateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:\d\d)?)$/i

/** Verifies signature, validity and entries, in this order; throws the first ConfigurationFailure. */
export function verifySignedDirectory(
  { signed, signature, entries: [first, ...entries] }: SignedDirectory,
  certificates: readonly Buffer[],
  now: number,
  decisions: DownloadDecisions = faithfulDownload,
): TrustedDirectory {
  const signedBy = decisions.verifySignature ? verifySignature(signed, signature, certificates) : undefined
  if (decisions.judgeCertificates && signedBy !== undefined && signedBy.validToDate.getTime() < now) {
    fail('missing_verification_cert', `the certificate of the key expired at ${signedBy.validTo}`)
  }
  const expireDate = required(first, 'Expire-date')
  if (!offsetDateTime.test(expireDate))
    throw new ConfigurationFailure('internal_error', `Text '${expireDate}' could not be parsed`)
  const expires = Date.parse(expireDate.toUpperCase().replace(/([+-]\d\d)$/, '$1:00'))
  if (decisions.refuseExpired && !(now <= expires)) fail('outdated', 'Global configuration is expired')
  const version = first?.headers.get('version') ?? '2'
  if (!/^\+?0*[2-6]$/.test(version)) throw new ConfigurationFailure('internal_error', `Unsupported version: ${version}`)
  return { expires, version: Number(version), files: entries.map(readFile) }
}

function verifySignature(signed: string, part: Part, certificates: readonly Buffer[]): X509Certificate {
  requireBinary(part)
  const algorithm = signatures[required(part, 'Signature-algorithm-id')]
  const [, hash = '', uri] =
    /^([^;\s]+)(?:.*;\s*hash-algorithm-id="?([^";]+))?/.exec(required(part, 'Verification-certificate-hash')) ?? []
  if (uri === undefined) fail('header_field_missing_parameter', 'hash-algorithm-id is missing')
  const digest = digestOf(uri)
  const wanted = Buffer.from(hash, 'base64')
  const certificate = certificates.find((der) => createHash(digest).update(der).digest().equals(wanted))
  if (certificate === undefined) fail('missing_verification_cert', `no trusted certificate has the hash ${hash}`)
  if (algorithm === undefined) throw new ConfigurationFailure('internal_error', 'Unknown signature algorithm')
  // Nothing but the public key counts: neither the dates of the certificate nor who issued it.
  const x509 = new X509Certificate(certificate)
  const fits = verify(algorithm, Buffer.from(signed, 'latin1'), x509.publicKey, Buffer.from(part.body, 'base64'))
  if (!fits) fail('signature_verification_failure', 'the signature does not fit the directory')
  return x509
}

function readFile(part: Part): ListedFile {
  requireBinary(part)
  const [, identifier, instance] =
    /^([^;\s]+)(?:.*;\s*instance=["']?([^"';]+))?/.exec(part.headers.get('content-identifier') ?? '') ?? []
  const needsInstance = identifier === 'SHARED-PARAMETERS' || identifier === 'PRIVATE-PARAMETERS'
  if (needsInstance && instance === undefined) fail('header_field_missing_parameter', `${identifier} has no instance`)
  return {
    identifier,
    instance,
    location: required(part, 'Content-location'),
    digest: digestOf(required(part, 'Hash-algorithm-id')),
    hash: part.body.trim(),
  }
}

function requireBinary(part: Part): void {
  const wanted = { 'Content-type': 'application/octet-stream', 'Content-transfer-encoding': 'base64' }
  for (const [name, value] of Object.entries(wanted)) {
    if (required(part, name) !== value) fail('header_field_wrong_value', `${name} is not ${value}`)
  }
}

function required(part: Part | undefined, name: string): string {
  return part?.headers.get(name.toLowerCase()) ?? fail('header_field_missing', `${name} is missing`)
}

function digestOf(uri: string): string {
  return digests[uri] ?? fail('header_field_wrong_value', `${uri} is no known digest`)
}

function fail(code: string, message: string): never {
  throw new ConfigurationFailure(`global_conf_${code}`, message)
}
