import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { ConfigurationFailure } from './configuration-failure.ts'

/** Where to download, and the certificates (DER) that a signature there may be of. */
export interface DownloadLocation {
  readonly url: string
  readonly certificates: readonly Buffer[]
}

export interface TrustAnchor {
  readonly instance: string
  readonly locations: readonly DownloadLocation[]
}

const repeated = new Set(['source', 'verificationCert', 'internalVerificationCert'])
const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => repeated.has(name),
})

interface Documents {
  readonly configurationAnchor?: Anchor
  readonly conf?: { instanceIdentifier?: string; source?: SharedSource[]; configurationAnchor?: Anchor | Anchor[] }
}
interface Anchor {
  readonly instanceIdentifier?: string
  readonly source?: AnchorSource[]
}
interface AnchorSource {
  readonly downloadURL?: string
  readonly verificationCert?: string[]
}
interface SharedSource {
  readonly address?: string
  readonly internalVerificationCert?: string[]
}

/** Reads an anchor; throws `malformed_anchor` for anything else. */
export function readTrustAnchor(xml: string): TrustAnchor {
  return completeAnchor(readXml(xml)?.configurationAnchor ?? {})
}

function completeAnchor({ instanceIdentifier, source = [] }: Anchor): TrustAnchor {
  const locations = source.map(({ downloadURL = '', verificationCert = [] }) => ({
    url: downloadURL.trim(),
    certificates: verificationCert.map(derOf),
  }))
  const isComplete = locations.every(({ url, certificates }) => URL.canParse(url) && certificates.length > 0)
  if (instanceIdentifier === undefined || locations.length === 0 || !isComplete) {
    throw new ConfigurationFailure('malformed_anchor', 'the anchor has no instance, or a source without address or key')
  }
  return { instance: instanceIdentifier, locations }
}

export interface ParametersSummary {
  readonly instance: string | undefined
  /** Addresses of the sources, with the certificates of their internal configuration. */
  readonly sources: readonly { readonly address: string; readonly certificates: readonly Buffer[] }[]
  /** Of other instances, with which this one is federated. */
  readonly anchors: readonly TrustAnchor[]
}

/** What a client itself needs of a parameters document; undefined if it is none. */
export function readParameters(xml: string): ParametersSummary | undefined {
  const conf = readXml(xml)?.conf
  if (conf === undefined) return undefined
  const sources = (conf.source ?? []).flatMap(({ address, internalVerificationCert = [] }) =>
    address === undefined ? [] : [{ address, certificates: internalVerificationCert.map(derOf) }],
  )
  const anchors = [conf.configurationAnchor ?? []].flat().map(completeAnchor)
  return { instance: conf.instanceIdentifier, sources, anchors }
}

function readXml(xml: string): Documents | undefined {
  if (/<!DOCTYPE/i.test(xml) || XMLValidator.validate(xml) !== true) return undefined
  return parser.parse(xml) as Documents
}

function derOf(text: string): Buffer {
  return Buffer.from(text, 'base64')
}
