import { isUtf8 } from 'node:buffer'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type AlternativeName, subjectAttributes } from './certificate-plan.ts'
import {
  DerError,
  type DerValue,
  expectTag,
  onlyChildOf,
  partsOf,
  readBitString,
  readDer,
  readObjectIdentifier,
} from './der-reader.ts'
import { verifyDer } from './der-signature.ts'

/** A PKCS#10 request whose sender has proved to hold the key. */
export interface CertificateRequest {
  /** DER of the whole Name, as it was asked for. */
  readonly name: Buffer
  /** Texts by short name, or by object identifier where there is no short one. */
  readonly subject: ReadonlyMap<string, string>
  readonly publicKey: KeyObject
  readonly alternativeNames: readonly AlternativeName[]
}

/** Bytes that a request has at most, in either form. */
const requestSizeLimit = 10_000

const extensionRequest = '1.2.840.113549.1.9.14'
const subjectAlternativeName = '2.5.29.17'
/** UTF8String, PrintableString and IA5String. */
const textTags = [0x0c, 0x13, 0x16]
const shortNames = new Map(Object.entries(subjectAttributes).map(([name, identifier]) => [identifier, name]))

/**
 * Reads a certificate request in PEM or DER form and checks the signature that its key made. `where` names the file in
 * the UsageError that is thrown for anything that no certificate can be made of.
 */
export function readCertificateRequest(bytes: Buffer, where: string): CertificateRequest {
  if (bytes.length > requestSizeLimit) {
    throw new UsageError(`${where} has ${bytes.length} bytes; a certificate request has at most ${requestSizeLimit}.`)
  }
  const der = requestDer(bytes, where)
  try {
    return readRequest(der, where)
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause
    throw new UsageError(
      `${where} holds a damaged certificate request (${cause.message}); copy the whole file again.`,
      {
        cause,
      },
    )
  }
}

function requestDer(bytes: Buffer, where: string): Buffer {
  const text = bytes.toString('latin1')
  const [, base64] =
    /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]*)-----END (?:NEW )?CERTIFICATE REQUEST-----/.exec(text) ?? []
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  const said = (what: string) =>
    new UsageError(`${where} ${what}; make one: openssl req -new -key key.pem -out request.pem`)
  if (text.includes('CERTIFICATE REQUEST-----')) throw said('holds a certificate request that is cut off')
  if (text.includes('BEGIN CERTIFICATE-----')) throw said('is a certificate, not a certificate request')
  if (text.includes('PRIVATE KEY-----')) throw said('holds a private key but no certificate request')
  if (bytes[0] === 0x30) return bytes
  throw said('holds no certificate request')
}

function readRequest(der: Buffer, where: string): CertificateRequest {
  const [body, algorithm, signature] = partsOf(readDer(der))
  const [, name, key, attributes] = partsOf(body)
  const publicKey = readKey(expectTag(key, 0x30), where)
  if (!verifyDer(expectTag(body, 0x30).raw, algorithm, readBitString(signature), publicKey)) {
    throw new UsageError(
      `${where} is not signed with the key that it is for; sign it with that key, by RSA or ECDSA and SHA-256 or better.`,
    )
  }
  return {
    name: expectTag(name, 0x30).raw,
    subject: readSubject(name),
    publicKey,
    alternativeNames: readAlternativeNames(attributes),
  }
}

/** As X-Road takes them: RSA of 2048 bits at least, or a named curve. */
function readKey({ raw }: DerValue, where: string): KeyObject {
  const key = publicKeyOf(raw)
  const { modulusLength = 0, namedCurve } = key?.asymmetricKeyDetails ?? {}
  if (key?.asymmetricKeyType === 'rsa' && modulusLength >= 2048) return key
  if (key?.asymmetricKeyType === 'ec' && namedCurve !== undefined) return key
  throw new UsageError(
    `${where} is for a key that cannot be used here; make one of RSA with 2048 bits or more, or of EC.`,
  )
}

function publicKeyOf(der: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

function readSubject(name: DerValue | undefined): ReadonlyMap<string, string> {
  const attributes = partsOf(name).flatMap((set) => partsOf(set, 0x31))
  return new Map(
    attributes.map((attribute) => {
      const [type, value, ...more] = partsOf(attribute)
      if (more.length > 0) throw new DerError('an attribute of a name has one value')
      const identifier = readObjectIdentifier(type)
      if (value === undefined || !textTags.includes(value.tag) || !isUtf8(value.content)) {
        throw new DerError('a name is not in UTF-8 or ASCII')
      }
      return [shortNames.get(identifier) ?? identifier, value.content.toString('utf8')]
    }),
  )
}

/** Host names and addresses; other kinds of names are not passed on to the certificate. */
function readAlternativeNames(attributes: DerValue | undefined): AlternativeName[] {
  const requested = (attributes === undefined ? [] : partsOf(attributes, 0xa0))
    .map((attribute) => partsOf(attribute))
    .filter(([type]) => readObjectIdentifier(type) === extensionRequest)
    .flatMap(([, values]) => partsOf(onlyChildOf(expectTag(values, 0x31))))
    .map((extension) => partsOf(extension))
    .find(([type]) => readObjectIdentifier(type) === subjectAlternativeName)
  if (requested === undefined) return []
  const names = partsOf(readDer(expectTag(requested.at(-1), 0x04).content))
  return names.flatMap(({ tag, content }) => {
    if (tag === 0x82) return { kind: 'dns' as const, value: content.toString('latin1') }
    return tag === 0x87 ? { kind: 'ip' as const, value: addressText(content) } : []
  })
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) throw new DerError('an IP address has 4 or 16 bytes')
  return bytes.toString('hex').replace(/(....)(?=.)/g, '$1:')
}
