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
  readonly configurationAnchor?: { instanceIdentifier?: string; source?: AnchorSource[] }
  readonly conf?: { instanceIdentifier?: string; source?: SharedSource[] }
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
  const { instanceIdentifier, source = [] } = readXml(xml)?.configurationAnchor ?? {}
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
}

/** What a client itself needs of a parameters document; undefined if it is none. */
export function readParameters(xml: string): ParametersSummary | undefined {
  const conf = readXml(xml)?.conf
  if (conf === undefined) return undefined
  const sources = (conf.source ?? []).flatMap(({ address, internalVerificationCert = [] }) =>
    address === undefined ? [] : [{ address, certificates: internalVerificationCert.map(derOf) }],
  )
  return { instance: conf.instanceIdentifier, sources }
}

function readXml(xml: string): Documents | undefined {
  if (/<!DOCTYPE/i.test(xml) || XMLValidator.validate(xml) !== true) return undefined
  return parser.parse(xml) as Documents
}

function derOf(text: string): Buffer {
  return Buffer.from(text, 'base64')
}
