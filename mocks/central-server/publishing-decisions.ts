import type { ConfigurationVersion } from '../../fixtures/configuration-version.ts'
import type { ConfigurationSource } from './configuration-source.ts'
import type { DirectoryDraft, EnvelopeDraft } from './directory-draft.ts'
import type { XmlElement } from './xml-element.ts'

export interface SourceAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

export interface SourceRequest {
  readonly method: string
  readonly path: string
  readonly query: string
}

/** What the central server settles on its way from facts to bytes; a misbehaviour replaces some of it. */
export interface PublishingDecisions {
  /** A parameters document before it is written. */
  shared(root: XmlElement, version: ConfigurationVersion): XmlElement
  private(root: XmlElement): XmlElement
  anchor(root: XmlElement): XmlElement
  /** The directory before it is signed. */
  directory(draft: DirectoryDraft): DirectoryDraft
  /** What the signature covers, of the directory's body and its Content-Type line. */
  signedText(body: string, type: string): string
  /** Which of two signing keys is used; the third is in no anchor. */
  signingKey(active: number): number
  envelope(draft: EnvelopeDraft): EnvelopeDraft
  /** The version that a query asks for; 2 if it names none. */
  requestedVersion(query: string): number
  isServed(version: number, source: ConfigurationSource): boolean
  isAllowed(request: SourceRequest): boolean
  answer(answer: SourceAnswer, request: SourceRequest): SourceAnswer
}

export const faithfulDecisions: PublishingDecisions = {
  shared: (root) => root,
  private: (root) => root,
  anchor: (root) => root,
  directory: (draft) => draft,
  signedText: (body) => body,
  signingKey: (active) => active,
  envelope: (draft) => draft,
  requestedVersion(query) {
    const digits = /(?:^|&)version=(\d+)(?:&|$)/.exec(query)?.[1] ?? '2'
    // Folders are called V2, V3 …: there is none for 06.
    return digits.startsWith('0') ? 0 : Number(digits)
  },
  isServed: () => true,
  isAllowed: ({ method }) => method === 'GET' || method === 'HEAD',
  answer: (answer) => answer,
}
