import type { ClientHello } from '../../fixtures/connection.ts'
import { type ByteReader, byteReader, MalformedMessage } from '../../fixtures/tls/byte-reader.ts'
import { suiteName } from '../../fixtures/tls/cipher-suites.ts'
import { extensionCodes } from '../../fixtures/tls/extensions.ts'
import { protocolVersions, versionName } from '../../fixtures/tls/versions.ts'

/** What the first bytes of a connection are: a ClientHello, the beginning of one, or nothing that becomes one. */
export type FirstBytes =
  | { readonly kind: 'hello'; readonly hello: ClientHello }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'other' }

/** Bytes of a hello that are looked at; clients with large key shares need less than 3 KiB. */
const helloLimit = 16 * 1024
const recordHead = 5
const messageHead = 4
const suiteLimit = 512
const versionLimit = 16
const nameLimit = 255
const handshakeRecord = 22
const clientHelloMessage = 1
/** Secure renegotiation (RFC 5746) and fallback (RFC 7507): said in the place of a suite. */
const signals: readonly number[] = [0x00ff, 0x5600]

/**
 * Reads the ClientHello that a connection begins with (RFC 5246 7.4.1.2, RFC 8446 4.1.2), from as many records as it
 * takes. As soon as OpenSSL could object to anything, it is no hello: nobody may wait for the rest of it.
 */
export function readFirstBytes(bytes: Buffer): FirstBytes {
  const fragments: Buffer[] = []
  let length = 0
  let end: number | undefined
  for (let at = 0; ; ) {
    const fragment = wholeRecord(bytes, at)
    if (typeof fragment === 'string') return { kind: fragment }
    at += recordHead + fragment.length
    length += fragment.length
    fragments.push(fragment)
    if (fragments[0]?.[0] !== clientHelloMessage) return { kind: 'other' }
    if (length < messageHead) continue
    end ??= messageHead + Buffer.concat(fragments).readUIntBE(1, 3)
    if (end > helloLimit) return { kind: 'other' }
    if (length >= end) return readMessage(Buffer.concat(fragments).subarray(messageHead, end))
  }
}

/** What the record that begins there holds, once it is whole and as long as it can be part of a hello. */
function wholeRecord(bytes: Buffer, at: number): Buffer | 'incomplete' | 'other' {
  const [type, major, minor] = bytes.subarray(at, at + 3)
  if (type !== undefined && type !== handshakeRecord) return 'other'
  if ((major !== undefined && major !== 3) || (minor !== undefined && minor !== bytes[2])) return 'other'
  if (bytes.length - at < recordHead) return at < helloLimit ? 'incomplete' : 'other'
  const length = bytes.readUInt16BE(at + 3)
  if (length === 0 || at + length > helloLimit) return 'other'
  const begin = at + recordHead
  return bytes.length - begin < length ? 'incomplete' : bytes.subarray(begin, begin + length)
}

function readMessage(body: Buffer): FirstBytes {
  try {
    return { kind: 'hello', hello: readHello(byteReader(body)) }
  } catch (error) {
    if (error instanceof MalformedMessage) return { kind: 'other' }
    throw error
  }
}

function readHello(reader: ByteReader): ClientHello {
  const legacyVersion = reader.number(2)
  reader.take(32)
  // Session and, behind the suites, compression methods.
  reader.vector(1)
  const suites = byteReader(reader.vector(2)).numbers(2)
  reader.vector(1)
  const extensions = readExtensions(reader)
  const supported = extensions.get(extensionCodes.supported_versions)
  const versions = supported === undefined ? [legacyVersion] : byteReader(byteReader(supported).vector(1)).numbers(2)
  const serverName = readServerName(extensions.get(extensionCodes.server_name))
  return {
    legacyVersion: versionName(legacyVersion),
    versions: versions.map(versionName).filter(isVersion).slice(0, versionLimit),
    suites: suites
      .filter((code) => !isGrease(code) && !signals.includes(code))
      .slice(0, suiteLimit)
      .map(suiteName),
    ...(serverName === undefined ? {} : { serverName }),
  }
}

/** Each extension by its code; SSL 3.0 had none. */
function readExtensions(reader: ByteReader): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>()
  const list = byteReader(reader.remaining === 0 ? Buffer.alloc(0) : reader.vector(2))
  if (reader.remaining > 0) throw new MalformedMessage('bytes behind the extensions')
  while (list.remaining > 0) {
    const code = list.number(2)
    found.set(code, list.vector(2))
  }
  return found
}

/** The one host name in server_name (RFC 6066 3). */
function readServerName(extension: Buffer | undefined): string | undefined {
  if (extension === undefined) return undefined
  const list = byteReader(byteReader(extension).vector(2))
  if (list.remaining === 0 || list.number(1) !== 0) return undefined
  const name = list.vector(2)
  return name.length === 0 || name.length > nameLimit ? undefined : name.toString('latin1')
}

/** Reserved values that clients throw in at random to keep servers tolerant (RFC 8701). */
function isGrease(code: number): boolean {
  return (code & 0x0f0f) === 0x0a0a && code >> 8 === (code & 0xff)
}

function isVersion(name: string): boolean {
  return protocolVersions.some((version) => version === name)
}
