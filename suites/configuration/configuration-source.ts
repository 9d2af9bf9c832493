import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import type { ConfigurationVersion } from '../../fixtures/configuration-version.ts'
import { childOf, parseXml, type XmlElement } from '../observe/xml.ts'
import { NotApplicable } from '../target/not-applicable.ts'
import type { Target } from '../target/target.ts'
import { type Download, download } from './download.ts'
import { headerOf, rawHeaderOf } from './header-value.ts'
import type { MimeEntity } from './mime-entity.ts'
import { readSignedDirectory, type SignedDirectory } from './signed-directory.ts'

/** A source of global configuration as scenarios look at it: what it answers, not whether that is right. */
export interface ObservedSource {
  readonly anchor: Buffer
  /** DER of the certificates that the anchor lists. */
  readonly certificates: readonly Buffer[]
  /** What the source answers to a query such as `version=5`; none if empty. */
  ask(query: string, method?: 'GET' | 'POST'): Promise<Download>
  /** The newest version that central servers of the target's release have. */
  readonly newestVersion: ConfigurationVersion
  /** What the source answers to a query for a version. */
  askVersion(version?: number): Promise<Download>
  /** The directory of a version, taken apart; by default of the newest that central servers have had for some time. */
  directory(version?: number): Promise<SignedDirectory>
  fetch(entry: MimeEntity): Promise<Download>
  /** The document with that identifier of a version. */
  parameters(identifier: PartIdentifier, version?: number): Promise<XmlElement>
  /** Its bytes. */
  document(identifier: PartIdentifier, version?: number): Promise<Buffer>
}

export type PartIdentifier = 'SHARED-PARAMETERS' | 'PRIVATE-PARAMETERS'

const usualVersion = 4
const sureVersions = 5

/** Reads the anchor of the target's internal source, wrong or not. */
export async function observeSource({ centralServer, profile }: Target): Promise<ObservedSource> {
  const { internalAnchor } = centralServer
  const { version: newestVersion } = profile.quirks.globalConfiguration
  const anchor = internalAnchor.startsWith('http') ? (await download(internalAnchor)).body : Buffer.from(internalAnchor)
  const root = parseXml(anchor.toString()) ?? missing('anchor that is XML')
  const sources = root.children.filter(({ name }) => name === 'source')
  const addresses = sources.map((source) => source.children.find(({ name }) => /^downloadUR/.test(name))?.text ?? '')
  const location = addresses.find((url) => url.startsWith('http:')) ?? addresses[0] ?? missing('anchor with an address')
  const certificates = sources
    .flatMap(({ children }) => children.filter(({ name }) => name === 'verificationCert'))
    .map(({ text }) => Buffer.from(text, 'base64'))

  const ask: ObservedSource['ask'] = (query, method = 'GET') =>
    download(query === '' ? location : `${location}?${query}`, {}, method)

  async function askVersion(version: number = Math.min(usualVersion, newestVersion)): Promise<Download> {
    const answer = await ask(`version=${version}`)
    if (answer.status === 404 && version > Math.min(sureVersions, newestVersion)) {
      missing(`global configuration of version ${version}`)
    }
    return answer
  }

  async function directory(version?: number): Promise<SignedDirectory> {
    const { status, headers, body } = await askVersion(version)
    expect(status, `status of version ${version ?? 'usual'}`).toBe(200)
    return readSignedDirectory(headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
  }

  const fetch: ObservedSource['fetch'] = ({ headers }) =>
    download(new URL(rawHeaderOf(headers, 'Content-location') ?? '', location).href)

  async function document(identifier: PartIdentifier, version?: number): Promise<Buffer> {
    const { entries } = await directory(version)
    const entry = entries.find(({ headers }) => headerOf(headers, 'Content-identifier')?.value === identifier)
    expect(entry, `a part ${identifier}`).toBeDefined()
    const { status, body } = await fetch(entry as MimeEntity)
    expect(status, `status of ${identifier}`).toBe(200)
    return body
  }

  async function parameters(identifier: PartIdentifier, version?: number): Promise<XmlElement> {
    const root = parseXml((await document(identifier, version)).toString())
    expect(root, `${identifier} as XML`).toBeDefined()
    return root as XmlElement
  }

  return { anchor, certificates, newestVersion, ask, askVersion, directory, fetch, document, parameters }
}

/** Texts of the children of that name. */
export function textsOf(parent: XmlElement | undefined, name: string): string[] {
  return elementsOf(parent, name).map(({ text }) => text)
}

/** Children of that name. */
export function elementsOf(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent?.children.filter((child) => child.name === name) ?? []
}

/** The text of the child of that name. */
export function textOf(parent: XmlElement | undefined, name: string): string | undefined {
  return childOf(parent, name)?.text
}

function missing(what: string): never {
  throw new NotApplicable(`the source of global configuration has no ${what}`)
}
