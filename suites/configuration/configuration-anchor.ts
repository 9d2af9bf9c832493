import { anchorSchema } from '../../fixtures/configuration-schema/parameters-schema.ts'
import { childOf, type XmlElement } from '../observe/xml.ts'
import { checkDocument } from './check-document.ts'

export interface ConfigurationAnchor {
  readonly instance: string
  readonly sources: readonly {
    readonly url: string
    /** DER. */
    readonly certificates: readonly Buffer[]
  }[]
}

/** Reads an anchor; throws a ConfigurationProblem for one that a security server would not take. */
export function readAnchor(bytes: Buffer): ConfigurationAnchor {
  const root = checkDocument(bytes, anchorSchema, 'malformed_anchor', 'the anchor')
  return {
    instance: textOf(root, 'instanceIdentifier'),
    sources: root.children
      .filter(({ name }) => name === 'source')
      .map((source) => ({
        url: textOf(source, 'downloadURL').trim(),
        certificates: source.children
          .filter(({ name }) => name === 'verificationCert')
          .map(({ text }) => Buffer.from(text, 'base64')),
      })),
  }
}

function textOf(parent: XmlElement, name: string): string {
  return childOf(parent, name)?.text ?? ''
}
