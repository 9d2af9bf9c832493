import { constants, createHash, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readSignedDirectory as readFromOutside } from '../../suites/configuration/signed-directory.ts'
import { verifyDirectory } from '../../suites/configuration/verify-directory.ts'
import { issueCertificate } from '../pki/authority.ts'
import { readSignedDirectory } from './read-signed-directory.ts'
import { findCertificate, rememberCertificates } from './verification-certificates.ts'
import { verifySignedDirectory } from './verify-signed-directory.ts'

const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const later = 'http://www.w3.org/2007/05/xmldsig-more#'
const sha512 = 'http://www.w3.org/2001/04/xmlenc#sha512'

function signer({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) {
  const subject = { CN: 'internalSigningKey' }
  const pem = issueCertificate({
    plan: {
      name: 'signer',
      subject,
      alternativeNames: [],
      key: 'rsa-2048',
      keyOwner: 'signer',
      authority: false,
      keyUsage: ['nonRepudiation'],
      extendedKeyUsage: [],
      validity: 'current',
      days: 365,
    },
    publicKey,
    issuer: { subject, key: privateKey },
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2021-01-01'),
    serialNumber: Buffer.from([1]),
  })
  return { key: privateKey, der: new X509Certificate(pem).raw }
}

const rsa = signer(generateKeyPairSync('rsa', { modulusLength: 2048 }))
const ec = signer(generateKeyPairSync('ec', { namedCurve: 'P-256' }))

interface Draft {
  /** Changes the directory before it is signed, the parts of the envelope, or the whole answer. */
  readonly directory?: (text: string) => string
  readonly parts?: (directory: string, signature: string) => string[]
  readonly answer?: (text: string) => string
  readonly by?: typeof rsa
  readonly digest?: string
  readonly isPss?: boolean
  readonly algorithm?: string
  readonly hashes?: readonly [name: string, uri: string]
}

const file = 'SHARED'
const binary = 'Content-type: application/octet-stream\r\nContent-transfer-encoding: base64\r\n'

function write(draft: Draft): Buffer {
  const { directory = (text) => text, answer = (text) => text, by = rsa, digest = 'sha512', isPss = false } = draft
  const [hashName, hashUri] = draft.hashes ?? ['sha512', sha512]
  const hashOf = (bytes: Buffer | string) => createHash(hashName).update(bytes).digest('base64')
  const signed = directory(
    `--in\r\nExpire-date: 2030-01-01T00:00:00Z\r\nVersion: 6\r\n\r\n\r\n--in\r\n${binary}` +
      `Content-identifier: SHARED-PARAMETERS; instance='FI-DEV'\r\nContent-location: /V6/1/shared-params.xml\r\n` +
      `Hash-algorithm-id: ${hashUri}\r\n\r\n${hashOf(file)}\r\n--in--\r\n`,
  )
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const signature = sign(digest, Buffer.from(signed), { key: by.key, ...(isPss && pss) }).toString('base64')
  const parts = (draft.parts ?? ((...both) => both))(
    `Content-Type: multipart/mixed; charset=UTF-8; boundary=in\r\n\r\n${signed}`,
    `${binary}Signature-algorithm-id: ${draft.algorithm ?? `${more}rsa-sha512`}\r\n` +
      `Verification-certificate-hash: ${hashOf(by.der)}; hash-algorithm-id="${hashUri}"\r\n\r\n${signature}`,
  )
  const written = parts.map((part) => `--out\r\n${part}\r\n`).join('')
  return Buffer.from(answer(`Content-Type: multipart/related; boundary=out\r\n\r\n${written}--out--\r\n`))
}

const now = Date.parse('2026-01-01')
const certificates = [rsa.der, ec.der]
const readers = {
  'the client of the mock': (bytes: Buffer) =>
    verifySignedDirectory(readSignedDirectory(bytes), findCertificate(certificates), now),
  'the verifier from outside': (bytes: Buffer) => verifyDirectory(readFromOutside(bytes), certificates, new Date(now)),
}

const replace = (what: string | RegExp, by: string) => (text: string) => text.replace(what, by)
const wrongDigest = 'Hash-algorithm-id: urn:x\r\n'

const taken: readonly (readonly [string, Draft])[] = [
  ['as it should be', {}],
  ['where the last of repeated fields is right', { directory: replace('Hash-alg', `${wrongDigest}Hash-alg`) }],
  ['with a folded field', { directory: replace('; instance', ';\r\n instance') }],
  ['with an instance in double quotation marks', { directory: replace("'FI-DEV'", '"FI-DEV"') }],
  ['with an instance without quotation marks', { directory: replace("'FI-DEV'", 'FI-DEV') }],
  ['with lines that are no header fields', { answer: replace('Signature-alg', 'no field\r\nSignature-alg') }],
  ['with two signatures', { parts: (directory, signature) => [directory, signature, signature] }],
  ['with base64 that something stands in', { answer: replace('==\r\n--out--', '==!!\r\n--out--') }],
  ['with a boundary in upper case', { answer: replace('boundary=out', 'BOUNDARY="out"') }],
  ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map((name): [string, Draft] => [
    `with hashes by ${name}`,
    { hashes: [name, digestUri(name)] },
  ]),
  ...['sha1', 'sha256', 'sha384', 'sha512'].map((digest): [string, Draft] => [
    `signed by RSA with ${digest}`,
    { digest, algorithm: digest === 'sha1' ? 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' : `${more}rsa-${digest}` },
  ]),
  ...['sha256', 'sha384', 'sha512'].map((digest): [string, Draft] => [
    `signed by RSA-PSS with ${digest}`,
    { digest, isPss: true, algorithm: `${later}${digest}-rsa-MGF1` },
  ]),
  ...['sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map((digest): [string, Draft] => [
    `signed by ECDSA with ${digest}`,
    { by: ec, digest, algorithm: `${more}ecdsa-${digest}` },
  ]),
]

/** As Java reads them; in seconds since 1970. */
const dates: readonly (readonly [string, number])[] = [
  ['2030-01-01T00:00:00Z', 1893456000],
  ['2030-01-01t00:00z', 1893456000],
  ['2030-01-01T00:00:00.Z', 1893456000],
  ['2030-01-01T00:00:00+02', 1893448800],
  ['2030-01-01T00:00:00-02:00:30', 1893463230],
  ['2030-01-01T00:00:00+18:00', 1893391200],
  ['+002030-01-01T00:00:00Z', 1893456000],
  ['+12026-01-01T00:00:00Z', 317336745600],
  ['+12024-02-29T00:00:00Z', 317278684800],
  ['+202600-01-01T00:00:00Z', 6331271299200],
]

const noDates = [
  '202600-01-01T00:00:00Z',
  '+2030-01-01T00:00:00Z',
  '-0000-01-01T00:00:00Z',
  '+1000000000-01-01T00:00:00Z',
  '2030-02-30T00:00:00Z',
  '+12023-02-29T00:00:00Z',
  '2030-01-01T24:00:00Z',
  '2030-01-01T00:00:60Z',
  '2030-01-01T00:00:00+0200',
  '2030-01-01T00:00:00+2',
  '2030-01-01T00:00:00+18:01',
  '2030-01-01T00:00:00+02:60',
  '2030-01-01T00:00:00 Z',
  '2030-01-01',
]

const expiring = (date: string) => write({ directory: replace('2030-01-01T00:00:00Z', date) })

function digestUri(name: string): string {
  if (name === 'sha1') return 'http://www.w3.org/2000/09/xmldsig#sha1'
  return name === 'sha256' || name === 'sha512' ? `http://www.w3.org/2001/04/xmlenc#${name}` : `${more}${name}`
}

const refused: readonly (readonly [string, Draft, string])[] = [
  [
    'where the last of repeated fields is wrong',
    { directory: replace(/Hash-alg.*\r\n/, `$&${wrongDigest}`) },
    'internal_error',
  ],
  [
    'with INSTANCE instead of instance',
    { directory: replace('instance', 'INSTANCE') },
    'header_field_missing_parameter',
  ],
  [
    'with a blank before the equals sign',
    { directory: replace('instance=', 'instance =') },
    'header_field_missing_parameter',
  ],
  ['with an empty instance', { directory: replace("'FI-DEV'", "''") }, 'header_field_missing_parameter'],
  [
    'with Hash-Algorithm-Id for a parameter',
    { answer: replace('; hash-a', '; Hash-A') },
    'header_field_missing_parameter',
  ],
  [
    'with an URI in single quotation marks',
    { answer: replace(`"${sha512}"`, `'${sha512}'`) },
    'missing_verification_cert',
  ],
  [
    'with an unknown URI of the certificate hash',
    { answer: replace(`"${sha512}"`, '"urn:x"') },
    'missing_verification_cert',
  ],
  ['with an open quotation mark', { answer: replace(`"${sha512}"`, `"${sha512}`) }, 'internal_error'],
  ['with an unknown signature algorithm', { algorithm: `${more}rsa-sha224` }, 'internal_error'],
  ['with an algorithm that is not of the key', { algorithm: `${more}ecdsa-sha512` }, 'signature_verification_failure'],
  [
    'with a signature that is no base64',
    { answer: replace(/[^\n]*\r\n--out--/, '!\r\n--out--') },
    'signature_decode_failure',
  ],
  ['of a year before the first', { directory: replace('2030', '-2030') }, 'outdated'],
  ['with a digest in upper case', { directory: replace('#sha512', '#SHA512') }, 'internal_error'],
  [
    'with a certificate hash in lower case',
    { answer: (text) => text.replace(/(?<=certificate-hash: )[^;]+/, (hash) => hash.toLowerCase()) },
    'missing_verification_cert',
  ],
  ['with an empty hash', { directory: replace(/[^\n]*\r\n--in--/, '\r\n--in--') }, 'internal_error'],
  ['of version 7', { directory: replace('Version: 6', 'Version: 7') }, 'internal_error'],
  ['of no version', { directory: replace('Version: 6', 'Version: six') }, 'internal_error'],
  ['without signature', { parts: (directory) => [directory] }, 'missing_signed_data_expiration_date'],
  [
    'that is a page of HTML',
    { answer: () => '<!DOCTYPE html>\n<p>Not found</p>\n' },
    'missing_signed_data_expiration_date',
  ],
  ['that is empty', { answer: () => '' }, 'missing_signed_data_expiration_date'],
  ['without parts', { parts: () => [] }, 'missing_signed_data'],
  [
    'whose parts are behind another boundary',
    { answer: replace('boundary=in', 'boundary=no') },
    'missing_signed_data_expiration_date',
  ],
  ['whose type has no boundary', { answer: replace('; boundary=in', '') }, 'header_field_missing'],
  ['whose type is no multipart', { answer: replace('multipart/mixed', 'text/plain') }, 'header_field_missing'],
  [
    'whose signature comes first',
    { parts: (directory, signature) => [signature, directory] },
    'header_field_wrong_value',
  ],
  [
    'with a line of 1001 characters',
    { answer: (text) => `X: ${'x'.repeat(998)}\r\n${text}` },
    'parsing_downloaded_conf_directory_failure',
  ],
  [
    'with 1001 header fields',
    { answer: (text) => `${'X: x\r\n'.repeat(1001)}${text}` },
    'parsing_downloaded_conf_directory_failure',
  ],
]

test('a certificate that a client has found once it trusts from then on', () => {
  const hash = createHash('sha512').update(rsa.der).digest('base64')
  const trust = rememberCertificates()
  expect(trust([])(hash, sha512)).toBeUndefined()
  expect(trust([ec.der, rsa.der])(hash, sha512)?.raw).toEqual(rsa.der)
  expect(trust([])(hash, sha512)?.raw).toEqual(rsa.der)
})

for (const [reader, verify] of Object.entries(readers)) {
  describe(reader, () => {
    test.for(taken)('takes a directory %s', ([, draft]) => {
      expect(verify(write(draft))).toMatchObject({ version: 6 })
    })

    test('reads dates as Java does', () => {
      const read = dates.map(([date]) => [date, Number(verify(expiring(date)).expires) / 1000])
      expect(read).toEqual(dates)
      expect(Number(verify(expiring('+999999999-12-31T23:59:59Z')).expires)).toBeGreaterThanOrEqual(8.64e15)
    })

    test.for(noDates)('reads no date in %s', (date) => {
      expect(() => verify(expiring(date))).toThrow(expect.objectContaining({ code: 'internal_error' }))
    })

    test.for(refused)('refuses a directory %s', ([, draft, code]) => {
      const expected = code === 'internal_error' ? code : `global_conf_${code}`
      expect(() => verify(write(draft))).toThrow(expect.objectContaining({ code: expected }))
    })
  })
}
