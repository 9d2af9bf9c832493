import { byteReader } from '../../fixtures/tls/byte-reader.ts'
import { suiteName } from '../../fixtures/tls/cipher-suites.ts'
import { certificateTypeName, extensionName } from '../../fixtures/tls/extensions.ts'
import { groupName } from '../../fixtures/tls/groups.ts'
import { signatureSchemeName } from '../../fixtures/tls/signature-schemes.ts'
import { versionName } from '../../fixtures/tls/versions.ts'
import type { CertificateRequest, ServerHello } from './greeting.ts'

/** The random value of a HelloRetryRequest (RFC 8446 4.1.3). */
export const retryRequestRandom = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex')

/** Reads the body of a ServerHello or HelloRetryRequest. Throws a MalformedMessage. */
export function parseServerHello(body: Buffer): ServerHello {
  const reader = byteReader(body)
  const legacyVersion = reader.number(2)
  const random = reader.take(32)
  reader.vector(1)
  const suite = suiteName(reader.number(2))
  const compression = reader.number(1)
  const extensions = reader.remaining === 0 ? new Map<string, Buffer>() : parseExtensions(reader.vector(2))
  const chosen = extensions.get('supported_versions')
  const isRetryRequest = random.equals(retryRequestRandom)
  const share = extensions.get('key_share')
  return {
    version: versionName(chosen === undefined ? legacyVersion : byteReader(chosen).number(2)),
    suite,
    random,
    compression,
    extensions,
    isRetryRequest,
    ...(share === undefined ? {} : { group: groupName(byteReader(share).number(2)) }),
  }
}

function parseExtensions(bytes: Buffer): Map<string, Buffer> {
  const reader = byteReader(bytes)
  const extensions = new Map<string, Buffer>()
  while (reader.remaining > 0) extensions.set(extensionName(reader.number(2)), reader.vector(2))
  return extensions
}

/** Reads the certificates, DER, of a Certificate message before TLS 1.3. */
export function parseCertificates(body: Buffer): Buffer[] {
  return byteReader(byteReader(body).vector(3)).vectors(3)
}

/** Reads a CertificateRequest before TLS 1.3 (RFC 5246 7.4.4). */
export function parseCertificateRequest(body: Buffer, version: string): CertificateRequest {
  const reader = byteReader(body)
  const types = byteReader(reader.vector(1)).numbers(1).map(certificateTypeName)
  const algorithms = version === 'TLSv1.2' ? byteReader(reader.vector(2)).numbers(2) : []
  return {
    types,
    signatureAlgorithms: algorithms.map(signatureSchemeName),
    authorities: byteReader(reader.vector(2)).vectors(2),
  }
}
