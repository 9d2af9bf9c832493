import { createHash, verify, X509Certificate } from 'node:crypto'
import { digests, signatureAlgorithms } from './algorithms.ts'
import { ConfigurationProblem } from './configuration-problem.ts'
import { headerOf, type MimeEntity, rawHeaderOf } from './mime-entity.ts'
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
  /** A digest as node:crypto names it. */
  readonly hashAlgorithm: string
  readonly hash: Buffer
}

const lastVersion = 6

/** Verifies a directory in the order in which a security server does; throws the first ConfigurationProblem. */
export function verifyDirectory(
  { parts, directory, signature, validity, entries }: SignedDirectory,
  certificates: readonly Buffer[],
  now: Date,
): VerifiedDirectory {
  if (signature === undefined) {
    throw new ConfigurationProblem('global_conf_missing_signed_data', 'the envelope has no signature')
  }
  const signedBy = verifySignature(signature, directory.body, certificates)
  // Whatever follows is taken for another signature.
  for (const further of parts.slice(2)) verifySignature(further, directory.body, certificates)
  const expires = readExpiry(validity)
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

function verifySignature(signature: MimeEntity, signed: Buffer, certificates: readonly Buffer[]): Buffer {
  const part = 'the signature part'
  requireBinary(signature, part)
  const uri = requireHeader(signature, 'Signature-algorithm-id', part)
  const certificateHash = headerOf(signature.headers, 'Verification-certificate-hash')
  requireHeader(signature, 'Verification-certificate-hash', part)
  const hashUri = certificateHash?.parameters.get('hash-algorithm-id')
  if (hashUri === undefined) {
    throw new ConfigurationProblem(
      'global_conf_header_field_missing_parameter',
      `Verification-certificate-hash of ${part} has no parameter hash-algorithm-id`,
    )
  }
  const bytes = decodeBase64(signature.body, 'global_conf_signature_decode_failure', part)
  const certificate = certificates.find((der) => digestOf(hashUri, der).equals(base64(certificateHash?.value)))
  if (certificate === undefined) {
    throw new ConfigurationProblem(
      'global_conf_missing_verification_cert',
      `no certificate of the anchor has the hash ${certificateHash?.value}`,
    )
  }
  const algorithm = signatureAlgorithms.get(uri)
  if (algorithm === undefined) {
    throw new ConfigurationProblem('internal_error', `Unknown signature algorithm name for uri ${uri}`)
  }
  const { digest, ...padding } = algorithm
  if (!verify(digest, signed, { key: new X509Certificate(certificate).publicKey, ...padding }, bytes)) {
    throw new ConfigurationProblem(
      'global_conf_signature_verification_failure',
      'the signature does not fit the directory: it was changed, or signed with another key',
    )
  }
  return certificate
}

function readExpiry(validity: MimeEntity): Date {
  const text = requireHeader(validity, 'Expire-date', 'the first part of the directory')
  const [, day, hour, zone = ''] = /^(\d{4}-\d\d-\d\d)T(\d\d):\d\d(?::\d\d(?:\.\d{1,9})?)?(.*)$/i.exec(text) ?? []
  const expires = new Date(text.toUpperCase().replace(/([+-]\d\d)$/, '$1:00'))
  const isZone = /^(Z|[+-]\d\d(:\d\d)?)$/i.test(zone)
  if (isZone && isDay(day) && hour !== '24' && !Number.isNaN(expires.getTime())) return expires
  throw new ConfigurationProblem(
    'internal_error',
    `Text '${text}' could not be parsed: Expire-date is no time of ISO 8601`,
  )
}

/** Whether there is such a day: Date takes the 30th of February for one of March. */
function isDay(text = ''): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

function readEntry(entry: MimeEntity): DirectoryEntry {
  const identifier = headerOf(entry.headers, 'Content-identifier')
  const part = `the part ${identifier?.value ?? 'without Content-identifier'}`
  requireBinary(entry, part)
  const location = requireHeader(entry, 'Content-location', part)
  const hashUri = requireHeader(entry, 'Hash-algorithm-id', part)
  const instance = identifier?.parameters.get('instance')
  if (/^(PRIVATE|SHARED)-PARAMETERS$/.test(identifier?.value ?? '') && instance === undefined) {
    throw new ConfigurationProblem('global_conf_header_field_missing_parameter', `${part} does not name its instance`)
  }
  if (identifier !== undefined && identifier.value !== '' && instance === undefined) {
    throw new ConfigurationProblem('internal_error', `${part} does not name its instance, where it would be kept`)
  }
  return {
    identifier: identifier?.value,
    instance,
    location,
    hashAlgorithm: digestName(hashUri),
    hash: decodeBase64(entry.body, 'global_conf_part_downloaded_file_integrity_failure', part),
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

function digestOf(uri: string, bytes: Buffer): Buffer {
  return createHash(digestName(uri)).update(bytes).digest()
}

function digestName(uri: string): string {
  const name = digests.get(uri)
  if (name !== undefined) return name
  throw new ConfigurationProblem('internal_error', `Unknown digest algorithm uri ${uri}`)
}

function decodeBase64(body: Buffer, code: string, part: string): Buffer {
  const text = body.toString('latin1').replace(/\s/g, '')
  if (text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)) return base64(text)
  throw new ConfigurationProblem(code, `the content of ${part} is not base64`)
}

function base64(text = ''): Buffer {
  return Buffer.from(text, 'base64')
}
