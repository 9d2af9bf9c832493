import { createHash, X509Certificate } from 'node:crypto'
import { digests, isSignature, signatureAlgorithms } from './algorithms.ts'
import { ConfigurationProblem } from './configuration-problem.ts'
import { fileNameOf, isParameters } from './file-name.ts'
import { headerOf, instanceOf, rawHeaderOf } from './header-value.ts'
import type { MimeEntity } from './mime-entity.ts'
import { readExpiry } from './read-expiry.ts'
import type { SignedDirectory } from './signed-directory.ts'

export interface VerifiedDirectory {
  readonly version: number
  readonly expires: Date
  /** DER of the certificate whose key signed. */
  readonly signedBy: Buffer
  readonly entries: readonly DirectoryEntry[]
}

export interface DirectoryEntry {
  readonly identifier: string | undefined
  readonly instance: string | undefined
  readonly location: string
  /** By which a security server finds it in the folder of its instance. */
  readonly fileName: string
  /** A digest as node:crypto names it. */
  readonly hashAlgorithm: string
  readonly hash: Buffer
}

const lastVersion = 6

/** Verifies a directory in the order in which a security server does; throws the first ConfigurationProblem. */
export function verifyDirectory(
  { parts, directory, bodies, validity, entries }: SignedDirectory,
  certificates: readonly Buffer[],
  now: Date,
): VerifiedDirectory {
  if (parts.length === 0) throw new ConfigurationProblem('global_conf_missing_signed_data', 'the envelope has no parts')
  // Whatever follows the first signature is taken for another one.
  const [signedBy] = parts.slice(1).map((signature) => verifySignature(signature, directory.body, certificates))
  // What is not signed is not read: of a page of HTML a security server says no more than this.
  if (signedBy === undefined) throw withoutDate('the answer is no envelope with a directory and its signature')
  if (bodies.length === 0) throw withoutDate('the directory has no parts')
  const expires = readExpiry(requireHeader(validity, 'Expire-date', 'the first part of the directory'))
  if (now > expires) {
    throw new ConfigurationProblem('global_conf_outdated', `the directory expired at ${expires.toISOString()}`)
  }
  const written = rawHeaderOf(validity.headers, 'Version') ?? '2'
  const version = /^\+?\d+$/.test(written) ? Number(written) : Number.NaN
  if (!(version >= 2 && version <= lastVersion)) {
    throw new ConfigurationProblem('internal_error', `Unsupported version: ${written}`)
  }
  return { version, expires, signedBy, entries: entries.map(readEntry) }
}

function withoutDate(reason: string): ConfigurationProblem {
  return new ConfigurationProblem('global_conf_missing_signed_data_expiration_date', reason)
}

function verifySignature(signature: MimeEntity, signed: Buffer, certificates: readonly Buffer[]): Buffer {
  const part = 'the signature part'
  const bytes = decodeBase64(signature.body, 'global_conf_signature_decode_failure', part)
  requireBinary(signature, part)
  const uri = requireHeader(signature, 'Signature-algorithm-id', part)
  requireHeader(signature, 'Verification-certificate-hash', part)
  const hash = headerOf(signature.headers, 'Verification-certificate-hash')
  const hashUri = hash?.parameters.get('hash-algorithm-id') ?? ''
  if (hashUri.trim() === '') {
    throw new ConfigurationProblem(
      'global_conf_header_field_missing_parameter',
      `Verification-certificate-hash of ${part} has no parameter hash-algorithm-id`,
    )
  }
  const algorithm = signatureAlgorithms.get(uri)
  if (algorithm === undefined) {
    throw new ConfigurationProblem('internal_error', `Unknown signature algorithm name for uri ${uri}`)
  }
  const certificate = findCertificate(certificates, hash?.value, digests.get(hashUri))
  if (certificate === undefined) {
    throw new ConfigurationProblem(
      'global_conf_missing_verification_cert',
      `no certificate of the anchor has the hash ${hash?.value} by ${hashUri}`,
    )
  }
  if (isSignature(bytes, signed, certificate, algorithm)) return certificate.raw
  throw new ConfigurationProblem(
    'global_conf_signature_verification_failure',
    'the signature does not fit the directory: it was changed, or signed with another key',
  )
}

function findCertificate(
  certificates: readonly Buffer[],
  hash: string | undefined,
  digest: string | undefined,
): X509Certificate | undefined {
  if (digest === undefined) return undefined
  const found = certificates.find((der) => createHash(digest).update(der).digest().equals(base64(hash)))
  try {
    return found && new X509Certificate(found)
  } catch {
    // No certificate at all, as far as whoever looks for one is concerned.
    return undefined
  }
}

function readEntry(entry: MimeEntity): DirectoryEntry {
  const identifier = headerOf(entry.headers, 'Content-identifier')
  const part = `the part ${identifier?.value ?? 'without Content-identifier'}`
  requireBinary(entry, part)
  const location = requireHeader(entry, 'Content-location', part)
  const hashUri = requireHeader(entry, 'Hash-algorithm-id', part)
  const instance = instanceOf(identifier)
  if (isParameters(identifier?.value) && (instance ?? '').trim() === '') {
    throw new ConfigurationProblem('global_conf_header_field_missing_parameter', `${part} does not name its instance`)
  }
  if (identifier !== undefined && identifier.value !== '' && instance === undefined) {
    throw new ConfigurationProblem('internal_error', `${part} does not name its instance, where it would be kept`)
  }
  if (/[\s"<>\\^`{|}]|%(?![0-9a-f]{2})/i.test(location)) {
    throw new ConfigurationProblem('internal_error', `Content-location of ${part} is no address: ${location}`)
  }
  return {
    identifier: identifier?.value,
    instance,
    location,
    fileName: fileNameOf(entry, identifier?.value, location),
    hashAlgorithm: digestName(hashUri),
    hash: decodeBase64(entry.body, 'internal_error', part),
  }
}

// Compared literally: a charset behind the type is as wrong as another type.
function requireBinary({ headers }: MimeEntity, part: string): void {
  for (const [name, wanted] of [
    ['Content-type', 'application/octet-stream'],
    ['Content-transfer-encoding', 'base64'],
  ] as const) {
    const value = requireHeader({ headers }, name, part)
    if (value === wanted) continue
    throw new ConfigurationProblem(
      'global_conf_header_field_wrong_value',
      `${name} of ${part} is "${value}" instead of "${wanted}"`,
    )
  }
}

function requireHeader({ headers }: Pick<MimeEntity, 'headers'>, name: string, part: string): string {
  const value = rawHeaderOf(headers, name)
  if (value !== undefined && value !== '') return value
  throw new ConfigurationProblem('global_conf_header_field_missing', `${part} has no header field ${name}`)
}

function digestName(uri: string): string {
  const name = digests.get(uri)
  if (name !== undefined) return name
  throw new ConfigurationProblem('internal_error', `Unknown digest algorithm uri ${uri}`)
}

/** Passes over whatever is no base64, and over a last group that is not complete. */
function decodeBase64(body: Buffer, code: string, part: string): Buffer {
  const text = body.toString('latin1').replace(/[^A-Za-z0-9+/=]/g, '')
  const bytes = base64(text.slice(0, text.length - (text.length % 4)))
  if (bytes.length > 0) return bytes
  throw new ConfigurationProblem(code, `the content of ${part} is not base64`)
}

function base64(text = ''): Buffer {
  return Buffer.from(text, 'base64')
}
