import { anchorSchema } from '../../fixtures/configuration-schema/parameters-schema.ts'
import type { SchemaElement } from '../../fixtures/configuration-schema/schema-violation.ts'
import { readDocument } from './read-document.ts'

/** Where to download, and the certificates (DER) that a signature there may be of. */
export interface DownloadLocation {
  readonly url: string
  readonly certificates: readonly Buffer[]
}

export interface TrustAnchor {
  readonly instance: string
  /** As it is written, if it is. */
  readonly generatedAt: string | undefined
  readonly locations: readonly DownloadLocation[]
}

/** Reads an anchor; throws `malformed_anchor` for anything else. */
export function readTrustAnchor(xml: string): TrustAnchor {
  return anchorOf(readDocument(xml, anchorSchema, 'malformed_anchor'))
}

/** The anchor that an element is, here or within private parameters. */
export function anchorOf(element: SchemaElement): TrustAnchor {
  return {
    instance: textOf(element, 'instanceIdentifier'),
    generatedAt: childrenOf(element, 'generatedAt')[0]?.text,
    locations: childrenOf(element, 'source').map((source) => ({
      url: textOf(source, 'downloadURL').trim(),
      certificates: childrenOf(source, 'verificationCert').map(derOf),
    })),
  }
}

export function childrenOf({ children }: SchemaElement, name: string): SchemaElement[] {
  return children.filter((child) => child.name === name)
}

/** The text of the first child of that name, empty if there is none. */
export function textOf(element: SchemaElement, name: string): string {
  return childrenOf(element, name)[0]?.text ?? ''
}

/** The bytes of an element of base64. */
export function derOf({ text }: SchemaElement): Buffer {
  return Buffer.from(text, 'base64')
}
