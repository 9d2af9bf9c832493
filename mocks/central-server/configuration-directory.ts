import { createHash, type KeyObject, sign } from 'node:crypto'
import type { DirectoryDraft, EnvelopeDraft, HeaderLine } from './directory-draft.ts'
import { faithfulDecisions, type PublishingDecisions } from './publishing-decisions.ts'

/** One file of the configuration. */
export interface ConfigurationPart {
  /** `SHARED-PARAMETERS; instance='FI-DEV'`. */
  readonly identifier: string
  /** Path on the configuration source. */
  readonly location: string
  readonly bytes: Buffer
}

export interface DirectoryFacts {
  readonly version: number
  readonly expires: Date
  readonly parts: readonly ConfigurationPart[]
  readonly boundaries: { readonly envelope: string; readonly directory: string }
  readonly signer: { readonly key: KeyObject; readonly certificate: Buffer }
}

const sha512Uri = 'http://www.w3.org/2001/04/xmlenc#sha512'
const newline = '\r\n'

/**
 * Writes the signed directory as a configuration source publishes it: an envelope that begins with its own Content-Type,
 * with the directory and its detached signature (RSA, SHA-512).
 */
export function writeSignedDirectory(
  facts: DirectoryFacts,
  decisions: PublishingDecisions = faithfulDecisions,
): Buffer {
  const { boundaries, signer } = facts
  const directory = decisions.directory(draftDirectory(facts))
  const type = `Content-Type: ${directory.type}; charset=UTF-8; boundary=${boundaries.directory}`
  const body = writeDirectory(directory, boundaries.directory)
  const signature = sign('sha512', Buffer.from(decisions.signedText(body, type)), signer.key)
  const envelope = decisions.envelope(draftEnvelope(signer.certificate, signature))
  const parts = [
    // The line break that ends the directory is signed; the one that begins the next boundary is not.
    `${type}${newline}${newline}${body}`,
    writePart(envelope.signatureHeaders, envelope.signature),
    ...envelope.furtherParts,
  ]
  return Buffer.from(
    `Content-Type: ${envelope.type}; charset=UTF-8; boundary=${boundaries.envelope}${newline}${newline}` +
      parts.map((part) => `--${boundaries.envelope}${newline}${part}${newline}`).join('') +
      `--${boundaries.envelope}--${newline}`,
  )
}

function draftDirectory({ version, expires, parts }: DirectoryFacts): DirectoryDraft {
  return {
    type: 'multipart/mixed',
    validity: [
      ['Expire-date', expires.toISOString().replace(/\.\d+Z$/, 'Z')],
      ['Version', String(version)],
    ],
    entries: parts.map(({ identifier, location, bytes }) => ({
      headers: [
        ['Content-type', 'application/octet-stream'],
        ['Content-transfer-encoding', 'base64'],
        ['Content-identifier', identifier],
        ['Content-location', location],
        ['Hash-algorithm-id', sha512Uri],
      ],
      content: sha512(bytes),
    })),
  }
}

function draftEnvelope(certificate: Buffer, signature: Buffer): EnvelopeDraft {
  return {
    type: 'multipart/related',
    signatureHeaders: [
      ['Content-Type', 'application/octet-stream'],
      ['Content-Transfer-Encoding', 'base64'],
      ['Signature-Algorithm-Id', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'],
      ['Verification-certificate-hash', `${sha512(certificate)}; hash-algorithm-id="${sha512Uri}"`],
    ],
    signature: signature.toString('base64'),
    furtherParts: [],
  }
}

function writeDirectory({ validity, entries }: DirectoryDraft, boundary: string): string {
  const parts = [
    writeHeaders(validity),
    ...entries.map(({ headers, content }) => writePart(headers, content) + newline),
  ]
  return `${parts.map((part) => `--${boundary}${newline}${part}`).join('')}--${boundary}--${newline}`
}

function writePart(headers: readonly HeaderLine[], content: string): string {
  return writeHeaders(headers) + content
}

function writeHeaders(headers: readonly HeaderLine[]): string {
  return headers.map(([name, value]) => `${name}: ${value}${newline}`).join('') + newline
}

function sha512(bytes: Buffer): string {
  return createHash('sha512').update(bytes).digest('base64')
}
