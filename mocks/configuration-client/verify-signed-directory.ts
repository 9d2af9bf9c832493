import type { X509Certificate } from 'node:crypto'
import { digests, fits, signatureAlgorithms } from './algorithms.ts'
import { ConfigurationFailure } from './configuration-failure.ts'
import { type DownloadDecisions, faithfulDownload } from './download-decisions.ts'
import { readExpireDate } from './expire-date.ts'
import { readHeaderParameters } from './header-parameters.ts'
import type { Part, SignedDirectory } from './read-signed-directory.ts'
import type { FindCertificate } from './verification-certificates.ts'

export interface ListedFile {
  /** `SHARED-PARAMETERS`, `PRIVATE-PARAMETERS` or any other. */
  readonly identifier: string | undefined
  readonly instance: string | undefined
  /** What it is to be called, if the directory says so. */
  readonly fileName: string | undefined
  readonly location: string
  readonly digest: string
  /** As it is written: an unchanged file is recognised by it. */
  readonly hash: string
  readonly hashBytes: Buffer
}

export interface TrustedDirectory {
  readonly expires: number
  readonly version: number
  readonly files: readonly ListedFile[]
}

/** Verifies signatures, validity and entries, in this order; throws the first ConfigurationFailure. */
export function verifySignedDirectory(
  { signed, signatures, entries: [first, ...entries] }: SignedDirectory,
  find: FindCertificate,
  now: number,
  decisions: DownloadDecisions = faithfulDownload,
): TrustedDirectory {
  const signers = signatures.flatMap((signature) =>
    decisions.verifySignature ? [verifySignature(signed, signature, find)] : [],
  )
  const expired = decisions.judgeCertificates && signers.find(({ validToDate }) => validToDate.getTime() < now)
  if (expired) fail('missing_verification_cert', `the certificate of the key expired at ${expired.validTo}`)
  // Nothing is read that is not signed, so that a directory without signature does not say when it expires.
  if (signatures.length === 0 || first === undefined) {
    fail('missing_signed_data_expiration_date', 'there is no signed directory that says until when it is valid')
  }
  const written = required(first, 'Expire-date')
  const expires = readExpireDate(written)
  if (expires === undefined) throw new ConfigurationFailure('internal_error', `Text '${written}' could not be parsed`)
  if (decisions.refuseExpired && !(now <= expires)) fail('outdated', 'Global configuration is expired')
  const version = first.headers.get('version') ?? '2'
  if (!/^\+?0*[2-6]$/.test(version)) throw new ConfigurationFailure('internal_error', `Unsupported version: ${version}`)
  const files = entries.map(readFile)
  if (decisions.demandIdentifiers && files.some(({ identifier }) => identifier === undefined)) {
    fail('header_field_missing', 'Content-identifier is missing')
  }
  return { expires, version: Number(version), files }
}

function verifySignature(signed: string, part: Part, find: FindCertificate): X509Certificate {
  const signature = decodeBase64(part.body)
  if (signature === undefined) fail('signature_decode_failure', 'the signature is not base64')
  requireBinary(part)
  const algorithmUri = required(part, 'Signature-algorithm-id')
  const { value: hash, parameters } = readHeaderParameters(required(part, 'Verification-certificate-hash'))
  const digestUri = parameters.get('hash-algorithm-id') ?? ''
  if (digestUri.trim() === '') fail('header_field_missing_parameter', 'hash-algorithm-id is missing')
  const algorithm = signatureAlgorithms[algorithmUri]
  if (algorithm === undefined) {
    throw new ConfigurationFailure('internal_error', `Unknown signature algorithm ${algorithmUri}`)
  }
  // Nothing but the public key counts: neither the dates of the certificate nor who issued it.
  const x509 = find(hash, digestUri)
  if (x509 === undefined) fail('missing_verification_cert', `no trusted certificate has the hash ${hash}`)
  if (fits(signature, Buffer.from(signed, 'latin1'), x509.publicKey, algorithm)) return x509
  return fail('signature_verification_failure', 'the signature does not fit the directory')
}

function readFile(part: Part): ListedFile {
  requireBinary(part)
  const identified = part.headers.get('content-identifier')
  const { value: identifier, parameters } = readHeaderParameters(identified ?? '')
  const instance = parameters.get('instance')?.replace(/^'(.*)'$/, '$1')
  const needsInstance = identifier === 'SHARED-PARAMETERS' || identifier === 'PRIVATE-PARAMETERS'
  if (needsInstance && (instance ?? '').trim() === '') {
    fail('header_field_missing_parameter', `${identifier} has no instance`)
  }
  if (identifier !== '' && instance === undefined) {
    throw new ConfigurationFailure('internal_error', `${identifier} has no instance, in whose folder it belongs`)
  }
  const location = required(part, 'Content-location')
  const uri = required(part, 'Hash-algorithm-id')
  const digest = digests[uri]
  if (digest === undefined) throw new ConfigurationFailure('internal_error', `Unknown digest algorithm ${uri}`)
  const hashBytes = decodeBase64(part.body)
  if (hashBytes === undefined)
    throw new ConfigurationFailure('internal_error', `the hash of ${identifier} is no base64`)
  if (/[\s"<>\\^`{|}]|%(?![0-9a-f]{2})/i.test(location)) {
    throw new ConfigurationFailure('internal_error', `Illegal character in ${location}`)
  }
  return {
    identifier: identifier || undefined,
    instance,
    fileName: part.headers.get('content-file-name')?.trim() || undefined,
    location,
    digest,
    hash: part.body.trim(),
    hashBytes,
  }
}

function requireBinary(part: Part): void {
  const wanted = { 'Content-type': 'application/octet-stream', 'Content-transfer-encoding': 'base64' }
  for (const [name, value] of Object.entries(wanted)) {
    if (required(part, name) !== value) fail('header_field_wrong_value', `${name} is not ${value}`)
  }
}

function required(part: Part, name: string): string {
  const value = part.headers.get(name.toLowerCase())
  return value === undefined || value === '' ? fail('header_field_missing', `${name} is missing`) : value
}

/** Whatever is no base64 is passed over, and a last group of fewer than four characters; undefined if nothing is left. */
function decodeBase64(text: string): Buffer | undefined {
  const letters = text.replace(/[^A-Za-z0-9+/=]/g, '')
  const bytes = Buffer.from(letters.slice(0, letters.length - (letters.length % 4)), 'base64')
  return bytes.length === 0 ? undefined : bytes
}

function fail(code: string, message: string): never {
  throw new ConfigurationFailure(`global_conf_${code}`, message)
}
